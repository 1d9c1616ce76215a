using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;

namespace NettyKafka.Benchmarks.Idle;

/// <summary>A connection that is there, and now and then asks for the versions that are served.</summary>
sealed class IdleConnection : IDisposable
{
    static readonly byte[] apiVersions = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff];

    readonly TcpClient client;
    readonly Stream stream;

    [SuppressMessage("Security", "CA5359", Justification = "The broker is a child of this process, and its certificate is as old.")]
    public IdleConnection(int port, bool isTls)
    {
        client = new("127.0.0.1", port);
        stream = client.GetStream();
        if (!isTls)
            return;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
        stream = tls;
        tls.AuthenticateAsClient("localhost");
    }

    public void Ask()
    {
        stream.Write(apiVersions);
        Span<byte> size = stackalloc byte[4];
        stream.ReadExactly(size);
        stream.ReadExactly(new byte[BinaryPrimitives.ReadInt32BigEndian(size)]);
    }

    public void Dispose()
    {
        stream.Dispose();
        client.Dispose();
    }
}
