using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class OffsetDeleteTests : IDisposable
{
    TestBroker broker = new();

    public OffsetDeleteTests()
    {
        broker.CreateTopic("orders", 2);
        broker.Connect().Commit("g", "orders", 0, 7);
        broker.Connect().Commit("g", "orders", 1, 8);
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Forgets_an_offset_for_good()
    {
        Assert.That(Delete("g", "orders", 0).Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.None));

        broker = broker.Restart();

        Assert.That(broker.Connect().Committed("g", "orders", 0), Is.EqualTo(-1));
        Assert.That(broker.Connect().Committed("g", "orders", 1), Is.EqualTo(8));
    }

    [TestCase("nothing", 0)]
    [TestCase("orders", 2)]
    public void A_partition_that_does_not_exist_is_refused(string topic, int partition) =>
        Assert.That(Delete("g", topic, partition).Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));

    [TestCase("", ErrorCode.InvalidGroupId)]
    [TestCase("nobody", ErrorCode.GroupIdNotFound)]
    public void A_group_that_does_not_exist_is_refused(string group, ErrorCode error) =>
        Assert.That(Delete(group, "orders", 0).ErrorCode, Is.EqualTo(error));

    OffsetDeleteResponse Delete(string group, string topic, int partition) => broker.Connect().Send(
        new OffsetDeleteRequest { GroupId = group, Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition }] }] }, 0);
}
