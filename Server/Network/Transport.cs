using DotNetty.Buffers;
using DotNetty.Transport.Bootstrapping;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Sockets;

namespace NettyKafka.Server.Network;

/// <summary>The event loops and the channel type they go with: the one place that knows which transport is in use.</summary>
sealed class Transport(int eventLoops) : IAsyncDisposable
{
    static readonly TimeSpan ShutdownTimeout = TimeSpan.FromMilliseconds(500);

    readonly MultithreadEventLoopGroup acceptors = new(1);
    readonly EventLoops workers = new(eventLoops);

    /// <summary>Changes the number of loops that new connections go to.</summary>
    public void Resize(int eventLoops) => workers.Resize(eventLoops);

    public ServerBootstrap CreateBootstrap() => new ServerBootstrap()
        .Group(acceptors, workers)
        .Channel<TcpServerSocketChannel>()
        .Option(ChannelOption.Allocator, PooledByteBufferAllocator.Default)
        .Option(ChannelOption.SoReuseaddr, true)
        .ChildOption(ChannelOption.Allocator, PooledByteBufferAllocator.Default)
        .ChildOption(ChannelOption.SoKeepalive, true)
        .ChildOption(ChannelOption.TcpNodelay, true);

    /// <summary>Without a quiet period: with one the shutdown always takes the whole timeout.</summary>
    public async ValueTask DisposeAsync()
    {
        await acceptors.ShutdownGracefullyAsync(TimeSpan.Zero, ShutdownTimeout);
        await workers.ShutdownGracefullyAsync(TimeSpan.Zero, ShutdownTimeout);
    }
}
