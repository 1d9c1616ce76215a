using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Network;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Partitions;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeLogDirsTests : IDisposable
{
    readonly TestBroker broker = new(new MemoryFileSystem(), ("log.dirs", "/one,/two"));

    public DescribeLogDirsTests()
    {
        broker.CreateTopic("orders", partitions: 4);
        broker.Produce("orders", 1, "value");
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_has_every_directory_with_its_partitions([Range(0, 5)] short version)
    {
        var results = Describe(null, version).Results;

        Assert.That(results.Select(result => (result.LogDir, result.ErrorCode)), Is.EqualTo(new[] { ("/one", ErrorCode.None), ("/two", ErrorCode.None) }));
        Assert.That(PartitionsOf(results), Is.EquivalentTo(new[] { 0, 1, 2, 3 }));
        Assert.That(results.SelectMany(result => result.Topics).Select(topic => topic.Name), Is.All.EqualTo("orders"), "the metadata log is not among them");
    }

    [Test]
    public void A_partition_has_the_size_of_its_segments()
    {
        var partition = Describe(Wanted("orders", 1), 4).Results.SelectMany(result => result.Topics).Single().Partitions.Single();

        Assert.That(partition.PartitionSize, Is.EqualTo(broker.Partitions.Find(new("orders", 1))!.Log.SizeInBytes).And.GreaterThan(0));
        Assert.That((partition.OffsetLag, partition.IsFutureKey), Is.EqualTo((0, false)));
    }

    [Test]
    public void Only_the_partitions_asked_for_are_there() =>
        Assert.That(PartitionsOf(Describe([.. Wanted("orders", 2, 3, 9), .. Wanted("missing", 0)], 4).Results), Is.EquivalentTo(new[] { 2, 3 }));

    [Test]
    public void No_topics_are_none_and_null_is_all()
    {
        Assert.That(PartitionsOf(Describe([], 4).Results), Is.Empty);
        Assert.That(PartitionsOf(Describe(null, 4).Results), Has.Count.EqualTo(4));
    }

    [Test]
    public void In_memory_there_is_no_device_with_a_size()
    {
        var result = Describe(null, 4).Results[0];

        Assert.That((result.TotalBytes, result.UsableBytes), Is.EqualTo((-1, -1)));
    }

    [Test]
    public void A_directory_that_is_offline_has_an_error_and_no_partitions()
    {
        broker.Storage.Logs.FindDirectory("/two")!.Fail(new IOException("input/output error"));

        var results = Describe(null, 4).Results;

        Assert.That(results.Select(result => result.ErrorCode), Is.EqualTo(new[] { ErrorCode.None, ErrorCode.KafkaStorageError }));
        Assert.That(results[1].Topics, Is.Empty);
    }

    [Test]
    public async Task A_future_log_says_what_it_lacks()
    {
        using var moving = new MovingPartition(new MemoryFileSystem(), "/data", TopicConfig.Default with { SegmentBytes = 2 << 20 });
        await moving.OpenAsync();
        for (var i = 0; i < 3; i++)
            await moving.AppendAsync(new string('x', 600_000));
        moving.Begin().Advance();
        using var connection = new TestConnection(new ApiTable().Add(new DescribeLogDirsHandler(moving.Logs, new(moving.Logs, new(BrokerConfig.Create(new Dictionary<string, string>()), NullLogger.Instance), NullLogger.Instance))));

        var results = connection.Send(new DescribeLogDirsRequest { Topics = null }, 4).Results;

        Assert.That(results.ConvertAll(result => result.Topics.Single().Partitions.Single()).ConvertAll(partition => (partition.IsFutureKey, partition.OffsetLag)),
            Is.EqualTo(new[] { (false, 0L), (true, 2L) }));
    }

    [Test]
    public void A_disk_has_a_size()
    {
        using var temporary = new TemporaryDirectory();

        var space = new DiskFileSystem().SpaceOf(temporary.Path);

        Assert.That(space!.Value.TotalBytes, Is.GreaterThan(0));
        Assert.That(space.Value.UsableBytes, Is.InRange(0, space.Value.TotalBytes));
    }

    DescribeLogDirsResponse Describe(List<DescribeLogDirsRequest.DescribableLogDirTopic>? topics, short version)
    {
        var response = broker.Connect().Send(new DescribeLogDirsRequest { Topics = topics }, version);
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        return response;
    }

    static List<DescribeLogDirsRequest.DescribableLogDirTopic> Wanted(string topic, params int[] partitions) => [new() { Topic = topic, Partitions = [.. partitions] }];

    static List<int> PartitionsOf(List<DescribeLogDirsResponse.DescribeLogDirsResult> results) =>
        [.. results.SelectMany(result => result.Topics).SelectMany(topic => topic.Partitions).Select(partition => partition.PartitionIndex)];
}
