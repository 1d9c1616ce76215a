using NettyKafka.Server.Config;
using DotNetty.Buffers;
using DotNetty.Transport.Bootstrapping;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Sockets;
using NettyKafka.Server.Network.Epoll;

namespace NettyKafka.Server.Network;

/// <summary>The event loops and the channel type they go with: the one place that knows which transport is in use.</summary>
sealed class Transport(SocketTransport kind, int eventLoops) : IAsyncDisposable
{
    static readonly TimeSpan ShutdownTimeout = TimeSpan.FromMilliseconds(500);

    readonly bool isEpoll = kind == SocketTransport.Epoll;
    readonly EventLoops loops = new(eventLoops, kind == SocketTransport.Epoll ? group => new EpollEventLoop(group) : group => new SingleThreadEventLoop(group));

    /// <summary>Changes the number of loops that new connections go to.</summary>
    public void Resize(int eventLoops) => loops.Resize(eventLoops);

    public ServerBootstrap CreateBootstrap() => new ServerBootstrap()
        .Group(loops)
        .ChannelFactory(() => isEpoll ? new EpollServerSocketChannel() : new TcpServerSocketChannel())
        .Option(ChannelOption.Allocator, PooledByteBufferAllocator.Default)
        .Option(ChannelOption.SoReuseaddr, true)
        .ChildOption(ChannelOption.Allocator, PooledByteBufferAllocator.Default)
        .ChildOption(ChannelOption.SoKeepalive, true)
        .ChildOption(ChannelOption.TcpNodelay, true);

    /// <summary>Without a quiet period: with one the shutdown always takes the whole timeout.</summary>
    public async ValueTask DisposeAsync() => await loops.ShutdownGracefullyAsync(TimeSpan.Zero, ShutdownTimeout);
}
