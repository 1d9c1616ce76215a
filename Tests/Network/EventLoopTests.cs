using DotNetty.Transport.Channels;

namespace NettyKafka.Tests.Network;

/// <summary>Handlers hold no locks of their own: they rely on being on their channel's loop, after an await too.</summary>
public sealed class EventLoopTests
{
    [Test]
    public async Task Work_is_still_on_its_loop_after_an_await()
    {
        var loops = new MultithreadEventLoopGroup(2);
        var loop = loops.GetNext();
        var gate = new TaskCompletionSource();
        var hasStarted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var wasOnLoop = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

        loop.Execute(() => _ = AwaitAsync());
        await hasStarted.Task;
        gate.SetResult();

        Assert.That(await wasOnLoop.Task);
        await loops.ShutdownGracefullyAsync(TimeSpan.Zero, TimeSpan.FromSeconds(5));

        async Task AwaitAsync()
        {
            hasStarted.SetResult();
            await gate.Task;
            wasOnLoop.SetResult(loop.InEventLoop);
        }
    }
}
