using System.Net;
using System.Net.Sockets;
using DotNetty.Buffers;
using DotNetty.Transport.Channels;
using NettyKafka.Server.Config;
using NettyKafka.Server.Network;

namespace NettyKafka.Tests.Network;

/// <summary>A port on loopback whose connections have a handler of a test.</summary>
sealed class TestServer : IAsyncDisposable
{
    readonly Transport transport;
    readonly IChannel channel;
    readonly IPEndPoint address;

    TestServer(Transport transport, IChannel channel)
    {
        this.transport = transport;
        this.channel = channel;
        address = new(IPAddress.Loopback, ((IPEndPoint)channel.LocalAddress).Port);
    }

    public IEventLoop Loop => channel.EventLoop;

    public IEnumerable<IEventLoop> Loops => Loop.Parent.Items;

    public static async Task<TestServer> StartAsync(SocketTransport kind, int loops, Func<IChannelHandler> handler)
    {
        var transport = new Transport(kind, loops);
        var bootstrap = transport.CreateBootstrap().ChildHandler(new ActionChannelInitializer<IChannel>(channel => channel.Pipeline.AddLast(handler())));
        return new(transport, await bootstrap.BindAsync(new IPEndPoint(IPAddress.Loopback, 0)));
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await channel.CloseAsync();
        await transport.DisposeAsync();
    }
}

/// <summary>A handler made of what a test wants to happen.</summary>
sealed class TestHandler : ChannelHandlerAdapter
{
    public Action<IChannelHandlerContext>? OnActive { get; init; }

    public Action<IChannelHandlerContext, IByteBuffer>? OnRead { get; init; }

    public Action<IChannelHandlerContext>? OnReadComplete { get; init; }

    public Action? OnInactive { get; init; }

    public override void ChannelActive(IChannelHandlerContext context) => OnActive?.Invoke(context);

    public override void ChannelRead(IChannelHandlerContext context, object message) => OnRead?.Invoke(context, (IByteBuffer)message);

    public override void ChannelReadComplete(IChannelHandlerContext context) => OnReadComplete?.Invoke(context);

    public override void ChannelInactive(IChannelHandlerContext context) => OnInactive?.Invoke();

    public override void ExceptionCaught(IChannelHandlerContext context, Exception exception) => context.CloseAsync();
}
