using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class OffsetForLeaderEpochTests : IDisposable
{
    readonly TestBroker broker = new();

    public OffsetForLeaderEpochTests()
    {
        broker.CreateTopic("orders");
        broker.Produce("orders", 0, "one", "two");
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_finds_where_the_epoch_ends([Range(0, 4)] short version) => Assert.That(Find("orders", 0, -1, version).EndOffset, Is.EqualTo(2));

    [TestCase(5, 2, Description = "an epoch after the last ends where the log does")]
    public void An_epoch_that_is_not_the_logs_is_answered_with_the_one_before(int epoch, long endOffset)
    {
        var found = Find("orders", epoch, -1, 4);

        Assert.That(found.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(found.EndOffset, Is.EqualTo(endOffset).Or.EqualTo(-1));
    }

    [TestCase(1, ErrorCode.UnknownLeaderEpoch)]
    [TestCase(0, ErrorCode.None)]
    public void The_clients_own_epoch_is_checked(int currentLeaderEpoch, ErrorCode error) => Assert.That(Find("orders", 0, currentLeaderEpoch, 4).ErrorCode, Is.EqualTo(error));

    [Test]
    public void What_is_not_there_has_no_epochs() => Assert.That(Find("nothing", 0, -1, 4).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));

    OffsetForLeaderEpochResponse.EpochEndOffset Find(string topic, int epoch, int currentLeaderEpoch, short version) => broker.Connect().Send(
        new OffsetForLeaderEpochRequest { Topics = [new() { Topic = topic, Partitions = [new() { LeaderEpoch = epoch, CurrentLeaderEpoch = currentLeaderEpoch }] }] },
        version).Topics.Single().Partitions.Single();
}
