using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

public sealed class ControllerTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public async Task Who_needs_a_topic_that_is_being_created_waits_until_all_that_depends_on_it_is_there()
    {
        var loaded = new TaskCompletionSource();
        broker.Broker.Cluster.Published = async (_, _) => await loaded.Task;

        var first = broker.Broker.Controller.EnsureTopicAsync("orders");
        Assert.That(broker.Broker.Cluster.Image.FindTopic("orders"), Is.Not.Null, "it can be seen");
        var second = broker.Broker.Controller.EnsureTopicAsync("orders");
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)));
        loaded.SetResult();

        Assert.That((await first, await second), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
        Assert.That(await broker.Broker.Controller.EnsureTopicAsync("orders"), Is.EqualTo(ErrorCode.None));
    }
}
