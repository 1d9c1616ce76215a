using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Offsets of groups: committed by consumers without membership and by members, listed, altered and deleted by the admin client.</summary>
public sealed class ConfluentOffsetTests : GroupFixture
{
    static readonly TimeSpan limit = TimeSpan.FromSeconds(20);
    static readonly GroupMode[] modes = [new(GroupProtocol.Classic, "range"), new(GroupProtocol.Consumer, "uniform")];

    [Test]
    public async Task A_consumer_without_membership_goes_on_where_it_committed_also_after_restarts()
    {
        var (topic, partition) = await ProduceAsync(10);
        using (var consumer = Consumer())
        {
            consumer.Assign(partition);
            var last = Consume(consumer, 4);
            Assert.That(consumer.Position(partition), Is.EqualTo(new Offset(4)));
            consumer.Commit(last);
            Assert.That(consumer.Committed(limit).Single().Offset, Is.EqualTo(new Offset(4)));
        }

        foreach (var restart in new Func<Task>[] { () => Task.CompletedTask, Broker.RestartAsync, Broker.KillAndRestartAsync })
        {
            await restart();
            using var consumer = Consumer();
            consumer.Assign(partition);
            Assert.That(consumer.Consume(limit).Offset, Is.EqualTo(new Offset(4)));
        }
        Assert.That(await ListedAsync(topic), Is.EqualTo(new[] { new TopicPartitionOffset(partition, 4) }));
    }

    [Test]
    public async Task A_group_of_offsets_alone_is_simple()
    {
        var (_, partition) = await ProduceAsync(1);
        using (var consumer = Consumer())
            consumer.Commit([new TopicPartitionOffset(partition, 1)]);
        using var admin = Client.Admin();

        var listing = (await admin.ListConsumerGroupsAsync()).Valid.Single(listing => listing.GroupId == Group);

        Assert.That((listing.IsSimpleConsumerGroup, listing.State, listing.Type), Is.EqualTo((true, ConsumerGroupState.Empty, ConsumerGroupType.Classic)));
    }

    [Test]
    public async Task The_leader_epoch_is_kept_with_the_offset()
    {
        var (_, partition) = await ProduceAsync(1);
        using var consumer = Consumer();

        consumer.Commit([new TopicPartitionOffset(partition, 1, leaderEpoch: 0)]);

        Assert.That(consumer.Committed([partition], limit).Single().LeaderEpoch, Is.Zero);
        consumer.Commit([new TopicPartitionOffset(partition, 1)]);
        Assert.That(consumer.Committed([partition], limit).Single().LeaderEpoch, Is.EqualTo(-1));
    }

    [Test]
    public async Task What_was_not_committed_has_no_offset_and_what_does_not_exist_takes_none()
    {
        var (topic, partition) = await ProduceAsync(1);
        using var consumer = Consumer();

        Assert.That(consumer.Committed([partition], limit).Single().Offset, Is.EqualTo(Offset.Unset));
        var refused = Assert.Throws<KafkaException>(() => consumer.Commit([new(partition, 1), new(topic, 7, 1), new("nowhere", 0, 1)]));

        Assert.That(refused!.Error.Code, Is.EqualTo(ErrorCode.UnknownTopicOrPart));
        Assert.That(await ListedAsync(topic), Is.EqualTo(new[] { new TopicPartitionOffset(partition, 1) }));
    }

    [TestCaseSource(nameof(modes))]
    public async Task Offsets_are_altered_and_deleted_when_no_member_uses_them(GroupMode mode)
    {
        await using var members = new ConfluentGroup(Client, mode);
        await members.GrowAsync("a", 2);
        var member = members.Join();
        await members.IsSharedAsync();
        await members.ConsumeAllAsync();
        var partition = new TopicPartition(members.Topic("a"), 0);
        using var admin = Client.Admin();

        var inUse = Assert.ThrowsAsync<AlterConsumerGroupOffsetsException>(() => AlterAsync(admin, members.GroupId, new(partition, 0)));
        Assert.That(inUse!.Results.Single().Partitions.Single().Error.Code, Is.EqualTo(ErrorCode.UnknownMemberId));
        var subscribed = Assert.ThrowsAsync<DeleteConsumerGroupOffsetsException>(() => admin.DeleteConsumerGroupOffsetsAsync(members.GroupId, [partition]));
        Assert.That(subscribed!.Result.Partitions.Single().Error.Code, Is.EqualTo(ErrorCode.GroupSubscribedToTopic));

        await members.LeaveAsync(member);
        await AlterAsync(admin, members.GroupId, new(partition, 0));
        Assert.That(await ListedAsync(admin, members.GroupId, [partition]), Is.EqualTo(new[] { new TopicPartitionOffset(partition, 0) }));
        await admin.DeleteConsumerGroupOffsetsAsync(members.GroupId, [partition]);
        Assert.That(await ListedAsync(admin, members.GroupId, [partition]), Is.EqualTo(new[] { new TopicPartitionOffset(partition, Offset.Unset) }));
    }

    [Test]
    public async Task Offsets_of_what_does_not_exist_are_not_altered_or_deleted()
    {
        var (topic, partition) = await ProduceAsync(1);
        using var admin = Client.Admin();
        await AlterAsync(admin, Group, new(partition, 1));

        var altered = Assert.ThrowsAsync<AlterConsumerGroupOffsetsException>(() => AlterAsync(admin, Group, new(topic, 7, 1)));
        Assert.That(altered!.Results.Single().Partitions.Single().Error.Code, Is.EqualTo(ErrorCode.UnknownTopicOrPart));
        var deleted = Assert.ThrowsAsync<DeleteConsumerGroupOffsetsException>(() => admin.DeleteConsumerGroupOffsetsAsync(Group, [new("nowhere", 0)]));
        Assert.That(deleted!.Result.Partitions.Single().Error.Code, Is.EqualTo(ErrorCode.UnknownTopicOrPart));
        var unknown = Assert.ThrowsAsync<KafkaException>(() => admin.DeleteConsumerGroupOffsetsAsync("nobody", [partition]));
        Assert.That(unknown!.Error.Code, Is.EqualTo(ErrorCode.GroupIdNotFound));
    }

    [TestCaseSource(nameof(modes))]
    public async Task A_member_asks_for_offsets_times_and_watermarks_of_its_partitions(GroupMode mode)
    {
        var (topic, partition) = await ProduceAsync(5);
        using var consumer = Client.Consumer(config =>
        {
            (config.GroupId, config.AutoOffsetReset, config.EnablePartitionEof) = (Group, AutoOffsetReset.Earliest, false);
            mode.Configure(config, SessionTimeout);
        });
        consumer.Subscribe(topic);
        var third = Consume(consumer, 3);

        consumer.Commit(third);

        Assert.That(consumer.Assignment, Is.EqualTo(new[] { partition }));
        Assert.That(consumer.Committed(limit).Single().Offset, Is.EqualTo(new Offset(3)));
        Assert.That(consumer.Position(partition), Is.EqualTo(new Offset(3)));
        Assert.That(consumer.QueryWatermarkOffsets(partition, limit), Has.Property("Low").EqualTo(new Offset(0)).And.Property("High").EqualTo(new Offset(5)));
        Assert.That(consumer.OffsetsForTimes([new(partition, new(2, TimestampType.CreateTime))], limit).Single().Offset, Is.EqualTo(new Offset(1)));
        Assert.That(consumer.ConsumerGroupMetadata, Is.Not.Null);
        consumer.Close();
    }

    static string Group => $"group-{TestContext.CurrentContext.Test.ID}";

    IConsumer<byte[]?, byte[]?> Consumer() =>
        Client.Consumer(config => (config.GroupId, config.AutoOffsetReset, config.EnablePartitionEof) = (Group, AutoOffsetReset.Earliest, false));

    static ConsumeResult<byte[]?, byte[]?> Consume(IConsumer<byte[]?, byte[]?> consumer, int count)
    {
        for (; count > 1; count--)
            Assert.That(consumer.Consume(limit), Is.Not.Null);
        return consumer.Consume(limit);
    }

    async Task<(string Topic, TopicPartition Partition)> ProduceAsync(int count)
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        using var producer = Client.Producer();
        ConfluentClient.Produce(producer, topic, Enumerable.Range(1, count).Select(time => new ClientRecord(0, -1, time, null, [1], [])));
        return (topic, new(topic, 0));
    }

    async Task<IEnumerable<TopicPartitionOffset>> ListedAsync(string topic)
    {
        using var admin = Client.Admin();
        return (await ListedAsync(admin, Group, null)).Where(offset => offset.Topic == topic);
    }

    static async Task<IEnumerable<TopicPartitionOffset>> ListedAsync(IAdminClient admin, string group, List<TopicPartition>? partitions) =>
        (await admin.ListConsumerGroupOffsetsAsync([new(group, partitions)])).Single().Partitions.Select(partition => new TopicPartitionOffset(partition.TopicPartition, partition.Offset));

    static Task<List<AlterConsumerGroupOffsetsResult>> AlterAsync(IAdminClient admin, string group, TopicPartitionOffset offset) => admin.AlterConsumerGroupOffsetsAsync([new(group, [offset])]);
}
