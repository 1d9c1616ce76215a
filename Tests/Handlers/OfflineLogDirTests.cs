using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

/// <summary>One of several data directories fails: its partitions are offline, all others are served.</summary>
public sealed class OfflineLogDirTests : IDisposable
{
    readonly FaultyFileSystem disk = new();
    TestBroker broker;

    public OfflineLogDirTests()
    {
        broker = new(disk, ("log.dirs", "/one,/two"));
        broker.CreateTopic("orders", partitions: 4);
        for (var partition = 0; partition < 4; partition++)
            broker.Produce("orders", partition, "value");
    }

    public void Dispose()
    {
        disk.Repair();
        broker.Dispose();
    }

    [Test]
    public void Its_partitions_are_a_storage_error_for_every_request_and_the_others_are_served()
    {
        var failed = FailOne();

        for (var partition = 0; partition < 4; partition++)
        {
            var error = failed.Contains(partition) ? ErrorCode.KafkaStorageError : ErrorCode.None;
            Assert.That(Produce(partition), Is.EqualTo(error));
            Assert.That(Fetch(partition), Is.EqualTo(error));
            Assert.That(ListOffsets(partition), Is.EqualTo(error));
            Assert.That(DeleteRecords(partition), Is.EqualTo(error));
            Assert.That(OffsetForLeaderEpoch(partition), Is.EqualTo(error));
        }
    }

    [Test]
    public void Its_partitions_have_no_leader_so_that_clients_try_again()
    {
        var failed = FailOne();

        var described = broker.Connect().Send(new MetadataRequest { Topics = [new() { Name = "orders" }] }, 12).Topics.Single().Partitions;
        foreach (var partition in described)
        {
            var isFailed = failed.Contains(partition.PartitionIndex);
            Assert.That((partition.ErrorCode, partition.LeaderId), Is.EqualTo(isFailed ? (ErrorCode.LeaderNotAvailable, -1) : (ErrorCode.None, 1)));
            Assert.That((partition.ReplicaNodes.Count, partition.OfflineReplicas.Count), Is.EqualTo((1, isFailed ? 1 : 0)));
        }

        var topic = broker.Connect().Send(new DescribeTopicPartitionsRequest { Topics = [new() { Name = "orders" }], ResponsePartitionLimit = 10 }, 0).Topics.Single();
        Assert.That(topic.Partitions.ConvertAll(partition => partition.LeaderId), Is.EqualTo(described.ConvertAll(partition => partition.LeaderId)));
    }

    [Test]
    public void A_fetch_that_waits_is_answered_when_the_directory_fails()
    {
        var connection = broker.Connect();
        var request = FetchRequestOf(PartitionsOfFailing().First(), offset: 1);
        request.MaxWaitMs = 10_000;
        request.MinBytes = 1;
        connection.Post(request, 12);
        Assert.That(connection.TryTake(request, 12), Is.Null);

        FailOne();

        Assert.That(connection.TryTake(request, 12)!.Responses.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [Test]
    public void New_partitions_go_into_the_directories_that_are_left()
    {
        FailOne();

        broker.CreateTopic("new", partitions: 3);

        for (var partition = 0; partition < 3; partition++)
            Assert.That(broker.Produce("new", partition, "value"), Is.Zero);
    }

    [Test]
    public void It_may_fail_before_the_start_and_serves_again_after_one_that_reaches_it()
    {
        var failed = PartitionsOfFailing();
        disk.FailsUnder = FailingDirectory;
        broker = broker.Restart();

        for (var partition = 0; partition < 4; partition++)
            Assert.That(Produce(partition), Is.EqualTo(failed.Contains(partition) ? ErrorCode.KafkaStorageError : ErrorCode.None));
        disk.Repair();
        broker = broker.Restart();

        for (var partition = 0; partition < 4; partition++)
            Assert.That(Produce(partition), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_topic_made_anew_while_it_was_away_is_not_mixed_with_the_old_one()
    {
        FailOne();
        broker.Connect().Send(new DeleteTopicsRequest { TopicNames = ["orders"], TimeoutMs = 1000 }, 5);
        broker.CreateTopic("orders", partitions: 4);
        for (var partition = 0; partition < 4; partition++)
            broker.Produce("orders", partition, "new", "newer");
        disk.Repair();

        broker = broker.Restart();

        Assert.That(Enumerable.Range(0, 4).Select(partition => broker.Partitions.Find(new("orders", partition))!.Bounds.LogEndOffset), Is.All.EqualTo(2));
        Assert.That(Enumerable.Range(0, 4).Select(Produce), Is.All.EqualTo(ErrorCode.None));
        Assert.That(disk.ListDirectories(FailingDirectory).Count(name => name.EndsWith("-stray", StringComparison.Ordinal)), Is.Not.Zero);
    }

    [Test]
    public async Task Without_the_directory_of_the_metadata_log_no_broker_starts()
    {
        var metadata = FailingDirectory == "/one" ? "/two" : "/one";
        await broker.Broker.DisposeAsync();
        disk.FailsUnder = metadata;

        Assert.That(() => broker.Restart(), Throws.InstanceOf<LogDirectoryException>());
    }

    [Test]
    public void Without_any_directory_no_broker_starts_and_each_is_named()
    {
        disk.FailsUnder = "/both";
        var config = BrokerConfig.Create(new Dictionary<string, string> { ["log.dirs"] = "/both/one,/both/two" });

        Assert.That(
            () => BrokerStorage.OpenAsync(config, disk, TimeProvider.System, NullLoggerFactory.Instance),
            Throws.InstanceOf<LogDirectoryException>().With.Message.EqualTo("No log directory can be used: /both/one (input/output error), /both/two (input/output error)"));
    }

    /// <summary>The directory without the metadata log.</summary>
    string FailingDirectory => disk.DirectoryExists($"/one/{InternalTopics.ClusterMetadata}-0") ? "/two" : "/one";

    HashSet<int> PartitionsOfFailing()
    {
        var partitions = Enumerable.Range(0, 4).Where(partition => disk.DirectoryExists($"{FailingDirectory}/orders-{partition}")).ToHashSet();
        Assert.That(partitions, Has.Count.InRange(1, 3));
        return partitions;
    }

    /// <summary>Fails the directory, which shows with the first write.</summary>
    HashSet<int> FailOne()
    {
        var failed = PartitionsOfFailing();
        disk.FailsUnder = FailingDirectory;
        Assert.That(Produce(failed.First()), Is.EqualTo(ErrorCode.KafkaStorageError));
        return failed;
    }

    ErrorCode Produce(int partition) =>
        broker.Connect().Send(TestBroker.ProduceRequestOf("orders", partition, TestBatch.Of("more").Span.ToArray()), 12).Responses.Single().PartitionResponses.Single().ErrorCode;

    ErrorCode Fetch(int partition) => broker.Connect().Send(FetchRequestOf(partition, 0), 12).Responses.Single().Partitions.Single().ErrorCode;

    static FetchRequest FetchRequestOf(int partition, long offset) =>
        new() { MaxBytes = 1 << 20, Topics = [new() { Topic = "orders", Partitions = [new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = 1 << 20 }] }] };

    ErrorCode ListOffsets(int partition) => broker.Connect().Send(
        new ListOffsetsRequest { Topics = [new() { Name = "orders", Partitions = [new() { PartitionIndex = partition, Timestamp = -1 }] }] }, 5).Topics.Single().Partitions.Single().ErrorCode;

    ErrorCode DeleteRecords(int partition) => broker.Connect().Send(
        new DeleteRecordsRequest { Topics = [new() { Name = "orders", Partitions = [new() { PartitionIndex = partition, Offset = 0 }] }] }, 2).Topics.Single().Partitions.Single().ErrorCode;

    ErrorCode OffsetForLeaderEpoch(int partition) => broker.Connect().Send(
        new OffsetForLeaderEpochRequest { Topics = [new() { Topic = "orders", Partitions = [new() { Partition = partition, LeaderEpoch = 0 }] }] }, 3).Topics.Single().Partitions.Single().ErrorCode;
}
