using System.Collections.Immutable;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>A group of one test: its topics, what is produced to them, its living members, and what must be true of it all.</summary>
sealed class ConfluentGroup : IAsyncDisposable
{
    readonly ConfluentClient client;
    readonly GroupMode mode;
    readonly IAdminClient admin;
    readonly List<GroupMember> members = [];
    ImmutableHashSet<TopicPartition> partitions = [];
    GroupTraffic? traffic;
    int instances;

    public ConfluentGroup(ConfluentClient client, GroupMode mode)
    {
        (this.client, this.mode) = (client, mode);
        admin = client.Admin();
    }

    public string GroupId { get; } = $"group-{Guid.NewGuid():N}";

    public GroupLedger Ledger { get; } = new();

    public IReadOnlyList<GroupMember> Members => members;

    public ImmutableHashSet<TopicPartition> Partitions => partitions;

    public string Topic(string name) => $"{GroupId}-{name}";

    /// <summary>Creates a topic of the group's subscription, or adds partitions to it, and produces to all of them from now on.</summary>
    public async Task GrowAsync(string name, int to)
    {
        if (partitions.Any(partition => partition.Topic == Topic(name)))
            await admin.CreatePartitionsAsync([new() { Topic = Topic(name), IncreaseTo = to }]);
        else
            await client.CreateTopicAsync(to, name: Topic(name));
        partitions = partitions.Union(Enumerable.Range(0, to).Select(index => new TopicPartition(Topic(name), index)));
        await ProduceAsync();
    }

    public async Task DeleteTopicAsync(string name)
    {
        await ConsumeAllAsync();
        await admin.DeleteTopicsAsync([Topic(name)]);
        partitions = [.. partitions.Where(partition => partition.Topic != Topic(name))];
        await ProduceAsync();
    }

    /// <summary>Produces to all partitions until all is to be consumed.</summary>
    public async Task ProduceAsync()
    {
        await StopTrafficAsync();
        traffic = new(client, Ledger, [.. partitions]);
    }

    /// <summary>Starts a member; a static one takes the name of an instance, else one that is new.</summary>
    public GroupMember Join(string? instance = null, GroupMode? by = null, TimeSpan? sessionTimeout = null, TimeSpan? hangsAfter = null)
    {
        var (name, joining) = (instance ?? $"member-{instances++}", by ?? mode);
        var member = new GroupMember(client, Ledger, joining.IsPattern ? [$"^{GroupId}-.*"] : [Topic("a"), Topic("b")], config =>
        {
            (config.GroupId, config.ClientId) = (GroupId, name);
            if (joining.IsStatic)
                config.GroupInstanceId = name;
            joining.Configure(config, sessionTimeout ?? hangsAfter ?? TimeSpan.FromSeconds(30));
            config.MaxPollIntervalMs = (int?)hangsAfter?.TotalMilliseconds ?? config.MaxPollIntervalMs;
        });
        members.Add(member);
        return member;
    }

    public Task LeaveAsync(GroupMember member)
    {
        members.Remove(member);
        return member.LeaveAsync();
    }

    public Task CrashAsync(GroupMember member)
    {
        members.Remove(member);
        return member.CrashAsync();
    }

    /// <summary>Waits until the group is stable and each partition has one owner, as the coordinator and as the members say.</summary>
    public Task IsSharedAsync(params GroupMember[] except) => Eventually.NullAsync(async () =>
    {
        var living = members.Except(except).ToList();
        var group = await DescribeAsync();
        if (group.State != ConsumerGroupState.Stable || group.Members.Count != living.Count)
            return $"{group.State} with {group.Members.Count} members of {living.Count}. {Tell()}";
        if (Owned(group).Count() != partitions.Count || !partitions.SetEquals(Owned(group)))
            return $"the coordinator has {string.Join(' ', Owned(group))} for {partitions.Count} partitions";
        var assigned = group.Members.ToDictionary(member => member.ConsumerId, member => member.Assignment.TopicPartitions);
        return living.All(member => assigned.GetValueOrDefault(member.MemberId) is { } owned && member.Assignment.SetEquals(owned)) ? null : $"the members differ. {Tell()}";
    });

    /// <summary>Waits until each member consumes each of its partitions. Before it has its offsets, librdkafka waits for ever when the coordinator goes (issue 5586 of it).</summary>
    public Task IsConsumedAsync() => Eventually.TrueAsync(
        () => members.All(member => member.Assignment.All(partition => Ledger.IsConsuming(member.Name, partition))),
        () => $"not all partitions are consumed. {Tell()}");

    /// <summary>Ends what is produced and waits until the members have consumed all of it.</summary>
    public async Task ConsumeAllAsync()
    {
        await StopTrafficAsync();
        await Eventually.TrueAsync(() => Ledger.Missing.Count == 0, () => $"{Ledger.Missing.Count} of {Ledger.ProducedCount} are missing. {Tell()}");
        Assert.That(Ledger.BehindCommitted, Is.Empty);
        Assert.That(members.Select(member => member.Failure), Has.All.Null);
    }

    public async Task<ConsumerGroupDescription> DescribeAsync() => (await admin.DescribeConsumerGroupsAsync([GroupId])).ConsumerGroupDescriptions.Single();

    public async ValueTask DisposeAsync()
    {
        await StopTrafficAsync();
        await Task.WhenAll(members.Select(member => member.LeaveAsync()));
        admin.Dispose();
    }

    async Task StopTrafficAsync()
    {
        if (traffic is not null)
            await traffic.DisposeAsync();
        traffic = null;
    }

    string Tell() => string.Join("; ", members.Select(member => $"{member.Name}: {member.Failure ?? string.Join(", ", member.Rebalances)}"));

    static IEnumerable<TopicPartition> Owned(ConsumerGroupDescription group) => group.Members.SelectMany(member => member.Assignment.TopicPartitions);
}
