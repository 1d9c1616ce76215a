using System.Buffers.Binary;
using System.Net.Sockets;

namespace NettyKafka.Benchmarks.Load;

/// <summary>
/// Receives size-prefixed frames and looks at nothing but their sizes and correlation ids. A large frame runs through a small buffer.
/// </summary>
sealed class FrameReader(Socket socket, int correlationIdPosition)
{
    public const int RequestCorrelationIdPosition = 8;
    public const int ResponseCorrelationIdPosition = 4;

    const int SizeLength = 4;

    readonly byte[] buffer = new byte[256 * 1024];
    readonly int headerSize = correlationIdPosition + sizeof(int);
    int end;
    int remaining;
    int correlationId;

    /// <summary>The correlation ids of the frames that the last <see cref="Receive"/> completed.</summary>
    public List<int> Completed { get; } = new(256);

    public long BytesReceived { get; private set; }

    /// <summary>Where what is received next belongs.</summary>
    public Span<byte> Room => buffer.AsSpan(end);

    /// <summary>Receives once; false when the other side has closed.</summary>
    public bool Receive()
    {
        var received = socket.Receive(Room);
        Take(received);
        return received > 0;
    }

    /// <summary>Looks at bytes that have been received into the <see cref="Room"/>.</summary>
    public void Take(int received)
    {
        Completed.Clear();
        BytesReceived += received;
        end += received;
        Consume();
    }

    /// <summary>Receives until a frame is complete.</summary>
    public void ReceiveFrame()
    {
        do
        {
            if (!Receive())
                throw new IOException("The connection was closed with an answer owed.");
        }
        while (Completed.Count == 0);
    }

    void Consume()
    {
        var at = 0;
        while (remaining > 0 || TryStartFrame(at))
        {
            var taken = Math.Min(remaining, end - at);
            at += taken;
            remaining -= taken;
            if (remaining > 0)
                break;
            Completed.Add(correlationId);
        }

        buffer.AsSpan(at, end - at).CopyTo(buffer);
        end -= at;
    }

    bool TryStartFrame(int at)
    {
        if (end - at < headerSize)
            return false;
        remaining = SizeLength + BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at));
        correlationId = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at + correlationIdPosition));
        return true;
    }
}
