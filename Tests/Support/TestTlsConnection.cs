using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using DotNetty.Buffers;
using DotNetty.Transport.Bootstrapping;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Local;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Network;
using NettyKafka.Server.Security.Tls;

namespace NettyKafka.Tests.Support;

/// <summary>A TLS client and the broker's own pipeline, each on an event loop of its own, since the runtime does a part of a handshake on other threads. There is no port.</summary>
public sealed class TestTlsConnection : IAsyncDisposable
{
    static readonly TimeSpan limit = TimeSpan.FromSeconds(30);

    readonly MultithreadEventLoopGroup loops = new(2);
    readonly ChannelStream transport = new();
    readonly TaskCompletionSource<Connection> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    TestTlsConnection() => Client = new(transport);

    public SslStream Client { get; }

    /// <summary>The server's side.</summary>
    internal Connection Connection { get; private set; } = null!;

    public static async Task<TestTlsConnection> OpenAsync(ApiTable apis, SslContext ssl, TestLogger logger, SecurityProtocol protocol = SecurityProtocol.Ssl)
    {
        var test = new TestTlsConnection();
        var address = new LocalAddress($"{Guid.NewGuid():N}");
        var listener = new Endpoint(TestConnection.ListenerName, protocol, "", 9092);
        await new ServerBootstrap().Group(test.loops).Channel<LocalServerChannel>().ChildHandler(new ActionChannelInitializer<IChannel>(Accept)).BindAsync(address);
        test.transport.Channel = await new Bootstrap().Group(test.loops).Channel<LocalChannel>().Handler(test.transport.Handler).ConnectAsync(address);
        test.Connection = await test.accepted.Task.WaitAsync(limit);
        return test;

        void Accept(IChannel channel)
        {
            var connection = new Connection(channel, TestConnection.TestNode(), listener, new(-1), TimeProvider.System, null);
            channel.Pipeline.AddLast("socket", new CopyOnWrite());
            TlsConnectionHandler.Install(channel.Pipeline, connection, ssl, logger);
            FramePipeline.Install(channel.Pipeline, connection, new(apis, connection, logger), TestConnection.MaxRequestBytes, logger);
            test.accepted.SetResult(connection);
        }
    }

    public void SendByteByByte() => transport.PieceBytes = 1;

    /// <summary>Keeps what the client writes behind its hello until <see cref="ReleaseAsync"/> sends it in one piece.</summary>
    public void HoldAfterHello() => transport.HoldAfter(1);

    /// <summary>Sends the bytes in one piece with the end of the handshake.</summary>
    public void EndHandshakeWith(byte[] bytes) => transport.AddTo(2, bytes);

    public async Task TakeLeaveWithAsync(byte[] bytes)
    {
        transport.AddTo(1, bytes);
        await Client.ShutdownAsync();
    }

    public Task ReleaseAsync() => transport.ReleaseAsync();

    [SuppressMessage("Security", "CA5359", Justification = "What a client thinks of the certificate is not what these tests are about.")]
    public Task HandshakeAsync(X509Certificate2? certificate = null, SslProtocols protocols = SslProtocols.Tls13) => Client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
    {
        TargetHost = "localhost",
        EnabledSslProtocols = protocols,
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
        LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
        ClientCertificates = certificate is null ? null : [certificate],
    }).WaitAsync(limit);

    /// <summary>Sends a ListGroups request and takes the first group of its answer.</summary>
    public async Task<string> AskAsync()
    {
        await SendRequestAsync();
        return await ReadAnswerAsync();
    }

    public ValueTask SendRequestAsync() => Client.WriteAsync((byte[])[0, 0, 0, 10, 0, (byte)ApiKeys.ListGroups, 0, 0, 0, 0, 0, 7, 0xff, 0xff]);

    public async Task<string> ReadAnswerAsync()
    {
        var size = new byte[4];
        await Client.ReadExactlyAsync(size).AsTask().WaitAsync(limit);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await Client.ReadExactlyAsync(answer).AsTask().WaitAsync(limit);
        return Read(answer);
    }

    /// <summary>Bytes as they are, past TLS.</summary>
    public Task SendPlainAsync(byte[] bytes) => transport.SendAsync(bytes);

    public Task CloseServerAsync() => Connection.Channel.CloseAsync();

    public Task UntilServerClosesAsync() => Connection.Channel.CloseCompletion.WaitAsync(limit);

    /// <summary>What is left of the connection, past TLS.</summary>
    public ValueTask<int> ReadPlainAsync() => transport.ReadAsync(new byte[1]);

    public async ValueTask DisposeAsync()
    {
        await transport.Channel.CloseAsync();
        await Client.DisposeAsync();
        await transport.DisposeAsync();
        await loops.ShutdownGracefullyAsync(TimeSpan.Zero, limit);
    }

    static string Read(byte[] answer)
    {
        var reader = new KafkaReader(answer.AsMemory(4));
        return ListGroupsResponse.Read(ref reader, 0).Groups.Single().GroupId;
    }

    /// <summary>
    /// A socket has copied the bytes when a write is done; the local channel only passes the buffer on. DotNetty hands out the arrays of SslStream, which are used again then.
    /// </summary>
    sealed class CopyOnWrite : ChannelHandlerAdapter
    {
        public override Task WriteAsync(IChannelHandlerContext context, object message)
        {
            var bytes = (IByteBuffer)message;
            var copy = Unpooled.CopiedBuffer(bytes);
            bytes.Release();
            return context.WriteAsync(copy);
        }
    }
}
