using System.Buffers.Binary;
using System.Net.Sockets;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>A connection to the broker for all that is not measured.</summary>
sealed class ControlConnection(int port) : IDisposable
{
    readonly Socket socket = Target.Connect(port);

    public TResponse Send<TRequest, TResponse>(IRequest<TRequest, TResponse> request)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
        => Frame.Decode(request, Exchange(Frame.Encode(request)));

    /// <summary>Sends a frame and returns its whole answer, size first.</summary>
    public byte[] Exchange(ReadOnlySpan<byte> frame)
    {
        Post(frame);
        return Take();
    }

    /// <summary>Sends a frame whose answer is taken later.</summary>
    public void Post(ReadOnlySpan<byte> frame) => socket.Send(frame);

    public byte[] Take() => ReceiveFrame(socket);

    public static byte[] ReceiveFrame(Socket socket)
    {
        Span<byte> size = stackalloc byte[sizeof(int)];
        ReceiveExactly(socket, size);
        var frame = new byte[sizeof(int) + BinaryPrimitives.ReadInt32BigEndian(size)];
        size.CopyTo(frame);
        ReceiveExactly(socket, frame.AsSpan(sizeof(int)));
        return frame;
    }

    public void Dispose() => socket.Dispose();

    static void ReceiveExactly(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var received = socket.Receive(bytes);
            if (received == 0)
                throw new IOException("The connection was closed with an answer owed.");
            bytes = bytes[received..];
        }
    }
}
