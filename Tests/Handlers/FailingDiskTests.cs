using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

/// <summary>What clients see of a disk that is full or fails.</summary>
public sealed class FailingDiskTests : IDisposable
{
    readonly FaultyFileSystem disk = new();
    TestBroker broker;

    public FailingDiskTests() => broker = new(disk);

    public void Dispose()
    {
        disk.FreeBytes = long.MaxValue;
        disk.WritesBeforeFailure = int.MaxValue;
        broker.Dispose();
    }

    [Test]
    public void A_full_disk_is_a_storage_error_until_a_restart_finds_room()
    {
        broker.CreateTopic("orders");
        broker.Produce("orders", 0, "before");
        disk.FreeBytes = 30;
        Assert.That(Produce("orders", "does not fit"), Is.EqualTo(ErrorCode.KafkaStorageError));
        disk.FreeBytes = long.MaxValue;
        Assert.That(Produce("orders", "would fit"), Is.EqualTo(ErrorCode.KafkaStorageError));

        broker = broker.Restart();

        Assert.That(broker.Produce("orders", 0, "after"), Is.EqualTo(1));
        Assert.That(Read("orders"), Is.EqualTo(new[] { "before", "after" }));
    }

    [Test]
    public void Creating_a_topic_on_a_full_disk_is_a_storage_error_and_leaves_nothing()
    {
        broker.CreateTopic("orders");
        disk.FreeBytes = 0;
        var request = new CreateTopicsRequest { Topics = [new() { Name = "more", NumPartitions = 1, ReplicationFactor = 1 }] };

        Assert.That(broker.Connect().Send(request, 7).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.KafkaStorageError));
        disk.FreeBytes = long.MaxValue;
        broker = broker.Restart();

        broker.CreateTopic("more");
        Assert.That(broker.Produce("more", 0, "works"), Is.Zero);
    }

    [Test]
    public void A_partition_whose_log_cannot_be_created_is_offline()
    {
        broker.CreateTopic("orders");
        // The metadata log takes the records; the first file of the partition does not.
        disk.WritesBeforeFailure = 1;
        var request = new CreateTopicsRequest { Topics = [new() { Name = "more", NumPartitions = 1, ReplicationFactor = 1 }] };
        broker.Connect().Send(request, 7);
        disk.WritesBeforeFailure = int.MaxValue;

        Assert.That(Produce("more", "x"), Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    ErrorCode Produce(string topic, string value) =>
        broker.Connect().Send(TestBroker.ProduceRequestOf(topic, 0, TestBatch.Of(value).Span.ToArray()), 12).Responses.Single().PartitionResponses.Single().ErrorCode;

    List<string> Read(string topic)
    {
        var request = new FetchRequest { MaxBytes = 1 << 20, Topics = [new() { Topic = topic, Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }] };
        return TestBroker.ValuesOf(broker.Connect().Send(request, 12).Responses.Single().Partitions.Single().Records!);
    }
}
