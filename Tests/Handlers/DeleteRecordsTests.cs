using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DeleteRecordsTests : IDisposable
{
    readonly TestBroker broker = new();

    public DeleteRecordsTests()
    {
        broker.CreateTopic("orders");
        broker.Produce("orders", 0, [.. Enumerable.Range(0, 100).Select(i => $"{i}")]);
    }

    public void Dispose() => broker.Dispose();

    [TestCase(40, ErrorCode.None, 40)]
    [TestCase(-1, ErrorCode.None, 100, Description = "-1 means the high watermark")]
    [TestCase(101, ErrorCode.OffsetOutOfRange, -1)]
    [TestCase(-2, ErrorCode.OffsetOutOfRange, -1)]
    public void Moves_the_log_start_offset(long offset, ErrorCode error, long lowWatermark)
    {
        var result = Delete("orders", offset, 2);

        Assert.That((result.ErrorCode, result.LowWatermark), Is.EqualTo((error, lowWatermark)));
    }

    [Test]
    public void Every_version_answers([Range(0, 2)] short version) => Assert.That(Delete("orders", 10, version).ErrorCode, Is.EqualTo(ErrorCode.None));

    [Test]
    public void What_is_deleted_cannot_be_read_and_the_rest_can()
    {
        Delete("orders", 40, 2);

        Assert.That(Fetch(39), Is.EqualTo(ErrorCode.OffsetOutOfRange));
        Assert.That(Fetch(40), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void The_log_start_never_moves_back()
    {
        Delete("orders", 40, 2);

        Assert.That(Delete("orders", 10, 2).LowWatermark, Is.EqualTo(40));
    }

    [Test]
    public void The_log_start_survives_a_restart()
    {
        Delete("orders", 40, 2);

        using var restarted = broker.Restart();

        Assert.That(restarted.Partitions.Find(new("orders", 0))!.Bounds.LogStartOffset, Is.EqualTo(40));
    }

    [Test]
    public void A_compacted_topic_refuses()
    {
        broker.CreateTopic("compacted", 1, ("cleanup.policy", "compact"));

        Assert.That(Delete("compacted", 0, 2).ErrorCode, Is.EqualTo(ErrorCode.PolicyViolation));
    }

    [TestCase("nothing", ErrorCode.UnknownTopicOrPartition)]
    [TestCase("__consumer_offsets", ErrorCode.InvalidTopicException)]
    public void Unknown_and_internal_topics_refuse(string topic, ErrorCode error)
    {
        broker.CreateTopic("__consumer_offsets");

        Assert.That(Delete(topic, 0, 2).ErrorCode, Is.EqualTo(error));
    }

    ErrorCode Fetch(long offset)
    {
        var request = new FetchRequest { MaxBytes = 1 << 20, Topics = [new() { Topic = "orders", Partitions = [new() { FetchOffset = offset, PartitionMaxBytes = 1 << 20 }] }] };
        return broker.Connect().Send(request, 12).Responses.Single().Partitions.Single().ErrorCode;
    }

    DeleteRecordsResponse.DeleteRecordsPartitionResult Delete(string topic, long offset, short version) => broker.Connect().Send(
        new DeleteRecordsRequest { Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = 0, Offset = offset }] }] }, version).Topics.Single().Partitions.Single();
}
