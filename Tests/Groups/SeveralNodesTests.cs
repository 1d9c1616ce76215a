using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups;

/// <summary>One cluster with two doors: a group is served at the door that leads its partition, and moves with it.</summary>
public sealed class SeveralNodesTests : IAsyncDisposable
{
    readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));
    readonly Node first = new(1, null);
    readonly Node second = new(2, null);
    readonly BrokerConfig config = BrokerConfig.Create(new Dictionary<string, string> { ["log.dirs"] = "data", ["offsets.topic.num.partitions"] = "4" }, Profile.Dev);
    BrokerStorage storage = null!;
    ClusterMetadata cluster = null!;
    GroupCoordinator groups = null!;

    public async ValueTask DisposeAsync()
    {
        groups.Dispose();
        await storage.DisposeAsync();
    }

    [Test]
    public async Task Groups_are_spread_over_the_nodes_and_served_by_one_of_them()
    {
        await OpenAsync();
        var leaders = new HashSet<int>();
        for (var i = 0; i < 20; i++)
        {
            var (leader, other) = NodesOf($"g{i}");
            leaders.Add(leader.Id);

            Assert.That(await CommitAsync(leader, $"g{i}", i), Is.EqualTo(ErrorCode.None));
            Assert.That(await CommitAsync(other, $"g{i}", 99), Is.EqualTo(ErrorCode.NotCoordinator));
            Assert.That(await CommittedAsync(leader, $"g{i}"), Is.EqualTo(i));
        }

        Assert.That(leaders, Is.EquivalentTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task A_coordinator_that_moves_takes_the_groups_with_it()
    {
        await OpenAsync();
        var (leader, other) = NodesOf("g");
        await CommitAsync(leader, "g", 7);

        await MoveAsync("g", other);

        Assert.That(await CommitAsync(leader, "g", 99), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(await CommittedAsync(other, "g"), Is.EqualTo(7));
        Assert.That(await CommitAsync(other, "g", 8), Is.EqualTo(ErrorCode.None));

        await MoveAsync("g", leader);
        Assert.That(await CommittedAsync(leader, "g"), Is.EqualTo(8));
    }

    [Test]
    public async Task Without_a_leader_nobody_is_the_coordinator()
    {
        await OpenAsync();
        var (leader, other) = NodesOf("g");
        await CommitAsync(leader, "g", 7);

        await MoveAsync("g", new(PartitionRegistration.NoLeader, null));

        Assert.That(await CommitAsync(leader, "g", 8), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(await CommitAsync(other, "g", 8), Is.EqualTo(ErrorCode.NotCoordinator));
    }

    async Task OpenAsync()
    {
        storage = await BrokerStorage.OpenAsync(config, new MemoryFileSystem(), time, NullLoggerFactory.Instance);
        cluster = new(storage.ClusterId, await storage.OpenMetadataLogAsync(), [first, second]);
        var dynamicConfig = new DynamicBrokerConfig(config, NullLogger.Instance);
        var partitions = new PartitionTable(storage.Logs, dynamicConfig, NullLogger.Instance);
        var controller = new Controller(cluster, dynamicConfig);
        groups = new(cluster, controller, partitions, config, storage.Executor, time, NullLogger.Instance);
        cluster.Publishing = partitions.ApplyAsync;
        cluster.Published = groups.ApplyAsync;
        await cluster.LoadAsync();
        await partitions.CompleteLoadAsync();
        Assert.That(await controller.EnsureTopicAsync("orders"), Is.EqualTo(ErrorCode.None));
        Assert.That(await controller.EnsureTopicAsync(InternalTopics.ConsumerOffsets), Is.EqualTo(ErrorCode.None));
    }

    (Node Leader, Node Other) NodesOf(string group)
    {
        var topic = cluster.Image.FindTopic(InternalTopics.ConsumerOffsets)!;
        var leader = topic.Partitions[CoordinatorKey.PartitionFor(group, topic.Partitions.Count)].Leader;
        return leader == 1 ? (first, second) : (second, first);
    }

    async Task MoveAsync(string group, Node to)
    {
        var topic = cluster.Image.FindTopic(InternalTopics.ConsumerOffsets)!;
        var record = new PartitionChangeRecord { TopicId = topic.Id, PartitionId = CoordinatorKey.PartitionFor(group, topic.Partitions.Count), Leader = to.Id };
        var (error, _) = await cluster.ChangeAsync<bool>(image => ([MetadataRecord.Of(record, image.MetadataVersion)], true));
        Assert.That(error, Is.EqualTo(ErrorCode.None));
    }

    async Task<ErrorCode> CommitAsync(Node node, string group, long offset)
    {
        try
        {
            var errors = await groups.RunAsync(node, group, shard => shard.Commits.Commit(new(group, "", null, -1, -1, 9, [new("orders", default, 0, offset, -1, "", -1)])));
            return errors.Single();
        }
        catch (CoordinatorException e)
        {
            return e.Error;
        }
    }

    Task<long?> CommittedAsync(Node node, string group) => groups.RunAsync(node, group, shard => shard.Offsets.Find(group, "orders", 0)?.CommittedOffset);
}
