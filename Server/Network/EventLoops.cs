using DotNetty.Common.Concurrency;
using DotNetty.Transport.Channels;

namespace NettyKafka.Server.Network;

/// <summary>
/// The event loops of connections, whose number can change: new connections go to the first of them in turn. A loop that is one too many keeps the connections that it
/// has, and is taken again when there are to be more.
/// </summary>
sealed class EventLoops : AbstractEventExecutorGroup, IEventLoopGroup
{
    readonly Func<IEventLoopGroup, IEventLoop> create;
    readonly Lock gate = new();
    IEventLoop[] loops = [];
    int active;
    int next;

    public EventLoops(int count, Func<IEventLoopGroup, IEventLoop> create)
    {
        this.create = create;
        Resize(count);
    }

    public override bool IsShutdown => Array.TrueForAll(loops, loop => loop.IsShutdown);

    public override bool IsTerminated => Array.TrueForAll(loops, loop => loop.IsTerminated);

    public override bool IsShuttingDown => Array.TrueForAll(loops, loop => loop.IsShuttingDown);

    public override Task TerminationCompletion => Task.WhenAll(loops.Select(loop => loop.TerminationCompletion));

    IEnumerable<IEventLoop> IEventLoopGroup.Items => loops;

    public void Resize(int count)
    {
        lock (gate)
        {
            while (loops.Length < count)
                Volatile.Write(ref loops, [.. loops, create(this)]);
            Volatile.Write(ref active, count);
        }
    }

    public override IEventExecutor GetNext() => GetNextLoop();

    IEventLoop IEventLoopGroup.GetNext() => GetNextLoop();

    public Task RegisterAsync(IChannel channel) => GetNextLoop().RegisterAsync(channel);

    public override Task ShutdownGracefullyAsync(TimeSpan quietPeriod, TimeSpan timeout)
    {
        lock (gate)
            return Task.WhenAll(loops.Select(loop => loop.ShutdownGracefullyAsync(quietPeriod, timeout)));
    }

    protected override IEnumerable<IEventExecutor> GetItems() => loops;

    IEventLoop GetNextLoop()
    {
        var count = (uint)Volatile.Read(ref active);
        return Volatile.Read(ref loops)[(uint)Interlocked.Increment(ref next) % count];
    }
}
