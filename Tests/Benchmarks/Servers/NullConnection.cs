using System.Buffers.Binary;
using System.Net.Sockets;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Server.Network.Epoll;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>A connection of the null server: every request gets the same answer, those of one burst leave in one write. It waits for the peer with its writes alone.</summary>
sealed class NullConnection(Socket socket, Relay relay, string directory) : IDisposable
{
    /// <summary>The role and the size of the answer, which follows.</summary>
    public const int HeadSize = 1 + sizeof(int);

    const int BurstBytes = 64 * 1024;
    const int FileHeadBytes = 256;

    readonly int descriptor = (int)socket.Handle;
    readonly FrameReader reader = new(socket, FrameReader.RequestCorrelationIdPosition);
    byte[] burst = [];
    int answerSize;
    Role? role;
    NullFile? file;

    /// <summary>Serves the connection until it ends, on the thread of the caller.</summary>
    public void Run()
    {
        try
        {
            Begin();
            while (reader.Receive())
                Answer(role!.Value);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            Console.Error.WriteLine($"A connection ended: {e.Message}");
        }

        Dispose();
    }

    /// <summary>Serves all that has come.</summary>
    public void OnReadable(bool hasPeerClosed)
    {
        if (role is null)
            Begin();
        while (true)
        {
            var room = reader.Room;
            var received = Linux.Receive(descriptor, room, Linux.DontWait);
            if (received == 0 || (received < 0 && Linux.LastError != Linux.TryAgain))
                Dispose();
            if (received <= 0)
                return;
            if (role == Role.AppendAndAnswer)
                file!.Append(room[..received]);
            reader.Take(received);
            Answer(role!.Value);
            if (received < room.Length && !hasPeerClosed)
                return;
        }
    }

    /// <summary>Answers one request from any thread, while the own one waits for the next.</summary>
    public void Answer(int correlationId)
    {
        Patch(0, correlationId);
        Send(burst.AsSpan(0, answerSize));
    }

    void Answer(Role answering)
    {
        if (answering == Role.Wait)
        {
            foreach (var correlationId in reader.Completed)
                relay.Wait(this, correlationId);
            return;
        }

        if (answering == Role.AnswerFromFile)
        {
            foreach (var correlationId in reader.Completed)
                SendFromFile(correlationId);
            return;
        }

        SendAnswers();
        if (answering == Role.AnswerAndRelease)
            foreach (var _ in reader.Completed)
                relay.Release();
    }

    void SendAnswers()
    {
        var count = 0;
        foreach (var correlationId in reader.Completed)
        {
            Patch(count++, correlationId);
            if ((count + 1) * answerSize <= burst.Length)
                continue;
            Send(burst.AsSpan(0, count * answerSize));
            count = 0;
        }

        if (count > 0)
            Send(burst.AsSpan(0, count * answerSize));
    }

    void SendFromFile(int correlationId)
    {
        Patch(0, correlationId);
        var head = Math.Min(FileHeadBytes, answerSize);
        if (!OperatingSystem.IsLinux())
        {
            Send(burst.AsSpan(0, answerSize));
            return;
        }

        Linux.Send(descriptor, burst.AsSpan(0, head), Linux.SendMore);
        for (long at = head; at < answerSize;)
            at += SendFile.Send(descriptor, file!.Descriptor, at, answerSize - at);
    }

    void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[socket.Send(bytes)..];
    }

    void Begin()
    {
        Span<byte> head = stackalloc byte[HeadSize];
        ReceiveExactly(head);
        answerSize = BinaryPrimitives.ReadInt32BigEndian(head[1..]);
        burst = new byte[Math.Max(1, BurstBytes / answerSize) * answerSize];
        ReceiveExactly(burst.AsSpan(0, answerSize));
        for (var at = answerSize; at < burst.Length; at += answerSize)
            burst.AsSpan(0, answerSize).CopyTo(burst.AsSpan(at));
        role = (Role)head[0];
        if (role is not (Role.AppendAndAnswer or Role.AnswerFromFile))
            return;
        file = new(directory);
        if (role == Role.AnswerFromFile)
            file.Append(burst.AsSpan(0, answerSize));
    }

    public void Dispose()
    {
        socket.Dispose();
        file?.Dispose();
    }

    void ReceiveExactly(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var received = socket.Receive(bytes);
            if (received == 0)
                throw new IOException("closed before the answer was known");
            bytes = bytes[received..];
        }
    }

    void Patch(int index, int correlationId) =>
        BinaryPrimitives.WriteInt32BigEndian(burst.AsSpan((index * answerSize) + FrameReader.ResponseCorrelationIdPosition), correlationId);
}
