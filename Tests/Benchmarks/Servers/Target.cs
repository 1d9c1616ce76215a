using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>A server under load: the broker, or the null server that is told with the first bytes of each connection what to answer.</summary>
sealed record Target(ServerProcess Server, bool IsLimit)
{
    const int TimeoutMs = 30_000;

    public Socket Connect(Role role, ReadOnlySpan<byte> answer)
    {
        var socket = Connect(Server.Port);
        if (!IsLimit)
            return socket;
        Span<byte> head = stackalloc byte[NullConnection.HeadSize];
        head[0] = (byte)role;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], answer.Length);
        socket.Send(head);
        socket.Send(answer);
        return socket;
    }

    public static Socket Connect(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = TimeoutMs, SendTimeout = TimeoutMs };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }
}
