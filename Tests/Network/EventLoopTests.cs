using DotNetty.Transport.Bootstrapping;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Local;

namespace NettyKafka.Tests.Network;

/// <summary>Handlers hold no locks of their own: they rely on being on their channel's loop, after an await too.</summary>
public sealed class EventLoopTests
{
    [Test]
    public async Task A_handler_is_still_on_its_loop_after_an_await()
    {
        var loops = new MultithreadEventLoopGroup(2);
        var gate = new TaskCompletionSource();
        var handler = new AwaitingHandler(gate.Task);
        var address = new LocalAddress(Guid.NewGuid().ToString());
        await new ServerBootstrap().Group(loops).Channel<LocalServerChannel>().ChildHandler(new ActionChannelInitializer<IChannel>(channel => channel.Pipeline.AddLast(handler))).BindAsync(address);
        var client = await new Bootstrap().Group(loops).Channel<LocalChannel>().Handler(new ActionChannelInitializer<IChannel>(_ => { })).ConnectAsync(address);

        await client.WriteAndFlushAsync("hello");
        await handler.HasStarted;
        gate.SetResult();

        Assert.That(await handler.WasOnLoopAfterAwait);
        await loops.ShutdownGracefullyAsync(TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    sealed class AwaitingHandler(Task gate) : ChannelHandlerAdapter
    {
        readonly TaskCompletionSource hasStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource<bool> wasOnLoop = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HasStarted => hasStarted.Task;

        public Task<bool> WasOnLoopAfterAwait => wasOnLoop.Task;

        public override void ChannelRead(IChannelHandlerContext context, object message) => _ = AwaitAsync(context);

        async Task AwaitAsync(IChannelHandlerContext context)
        {
            hasStarted.SetResult();
            await gate;
            wasOnLoop.SetResult(context.Executor.InEventLoop);
        }
    }
}
