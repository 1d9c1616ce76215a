using System.Buffers.Binary;
using System.Net.Sockets;
using NettyKafka.Benchmarks.Load;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>A connection of the null server: a blocking thread that answers every request with the same bytes, those of one burst in one write.</summary>
sealed class NullConnection(Socket socket, Relay relay)
{
    /// <summary>The role and the size of the answer, which follows.</summary>
    public const int HeadSize = 1 + sizeof(int);

    const int BurstBytes = 64 * 1024;

    readonly FrameReader reader = new(socket, FrameReader.RequestCorrelationIdPosition);
    byte[] burst = [];
    int answerSize;

    public void Run()
    {
        using (socket)
        {
            try
            {
                var role = ReceiveHead();
                while (reader.Receive())
                    Answer(role);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                Console.Error.WriteLine($"A connection ended: {e.Message}");
            }
        }
    }

    /// <summary>Answers one request from any thread, while the own one waits for the next.</summary>
    public void Answer(int correlationId)
    {
        Patch(0, correlationId);
        socket.Send(burst.AsSpan(0, answerSize));
    }

    void Answer(Role role)
    {
        if (role == Role.Wait)
        {
            foreach (var correlationId in reader.Completed)
                relay.Wait(this, correlationId);
            return;
        }

        SendAnswers();
        if (role == Role.AnswerAndRelease)
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
            socket.Send(burst.AsSpan(0, count * answerSize));
            count = 0;
        }

        if (count > 0)
            socket.Send(burst.AsSpan(0, count * answerSize));
    }

    Role ReceiveHead()
    {
        Span<byte> head = stackalloc byte[HeadSize];
        ReceiveExactly(head);
        answerSize = BinaryPrimitives.ReadInt32BigEndian(head[1..]);
        burst = new byte[Math.Max(1, BurstBytes / answerSize) * answerSize];
        ReceiveExactly(burst.AsSpan(0, answerSize));
        for (var at = answerSize; at < burst.Length; at += answerSize)
            burst.AsSpan(0, answerSize).CopyTo(burst.AsSpan(at));
        return (Role)head[0];
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
