using System.Collections.Immutable;
using System.Globalization;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>A group of processes, and the topic that they consume while it is produced to.</summary>
sealed class MemberGroup : IAsyncDisposable
{
    public const int Partitions = 6;

    readonly ConfluentClient client;
    readonly BrokerProcess broker;
    readonly MemberProgram program;
    readonly Func<MemberOptions, MemberOptions> mode;
    readonly List<MemberProcess> members = [];
    readonly string topic;
    GroupTraffic? traffic;

    MemberGroup(BrokerProcess broker, MemberProgram program, Func<MemberOptions, MemberOptions> mode, string topic)
    {
        (this.broker, this.program, this.mode, this.topic) = (broker, program, mode, topic);
        client = new(broker);
    }

    public string Topic => topic;

    public string GroupId { get; } = $"group-{Guid.NewGuid():N}";

    public GroupLedger Ledger { get; } = new();

    public IReadOnlyList<MemberProcess> Members => members;

    static IEnumerable<int> AllPartitions => Enumerable.Range(0, Partitions);

    /// <summary>A group on a topic of its own, whose members join in the way that the function sets.</summary>
    public static async Task<MemberGroup> CreateAsync(BrokerProcess broker, MemberProgram program, Func<MemberOptions, MemberOptions> mode)
    {
        var group = new MemberGroup(broker, program, mode, await new ConfluentClient(broker).CreateTopicAsync(Partitions));
        group.Produce();
        return group;
    }

    /// <summary>Produces to all partitions until all is to be consumed.</summary>
    public void Produce() => traffic = new(client, Ledger, [.. AllPartitions.Select(partition => new TopicPartition(topic, partition))]);

    public MemberProcess Join(string name, string? instanceId = null)
    {
        var member = new MemberProcess(program, mode(new(broker.BootstrapServers, topic, GroupId, name) { InstanceId = instanceId }), Ledger);
        members.Add(member);
        return member;
    }

    public Task LeaveAsync(MemberProcess member) => RemoveAsync(member, member.LeaveAsync);

    public Task KillAsync(MemberProcess member) => RemoveAsync(member, member.KillAsync);

    /// <summary>Waits until the group is stable, and each partition has one owner among the members, as they and the coordinator say.</summary>
    public async Task IsSharedAsync()
    {
        using var admin = client.Admin();
        await Eventually.NullAsync(() => ComplaintAsync(admin));
    }

    /// <summary>Waits until the members have consumed much of what is produced from now on.</summary>
    public Task GoesOnAsync()
    {
        var before = Ledger.ConsumedCount;
        return Eventually.TrueAsync(() => Ledger.ConsumedCount > before + (20 * Partitions), () => $"{Ledger.ConsumedCount - before} more consumed. {this}");
    }

    /// <summary>Ends what is produced, and waits until all of it was consumed; only one that was fenced may tell what another has committed before.</summary>
    public async Task ConsumesAllAsync(MemberProcess? fenced = null)
    {
        await StopTrafficAsync();
        await Eventually.TrueAsync(() => Ledger.Missing.Count == 0, () => $"{Ledger.Missing.Count} of {Ledger.ProducedCount} are missing, as {Ledger.Missing[0]}. {this}");
        Assert.That(Ledger.BehindCommitted.Where(line => fenced is null || !line.Contains($"by {fenced.Name},", StringComparison.Ordinal)), Is.Empty, ToString);
    }

    /// <summary>Asks all members to leave.</summary>
    public async Task LeaveAllAsync()
    {
        foreach (var member in members.ToList())
            await LeaveAsync(member);
    }

    /// <summary>The offsets that the coordinator keeps for the group.</summary>
    public async Task<ImmutableSortedDictionary<int, long>> CommittedAsync()
    {
        using var admin = client.Admin();
        var results = await admin.ListConsumerGroupOffsetsAsync([new(GroupId, null)]);
        return results.Single().Partitions.ToImmutableSortedDictionary(p => p.Partition.Value, p => p.Offset.Value);
    }

    public async ValueTask DisposeAsync()
    {
        await StopTrafficAsync();
        foreach (var member in members)
            await member.DisposeAsync();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ledger.ConsumedCount} of {Ledger.ProducedCount} consumed by\n{string.Join('\n', members)}");

    async Task<string?> ComplaintAsync(IAdminClient admin)
    {
        var group = (await admin.DescribeConsumerGroupsAsync([GroupId])).ConsumerGroupDescriptions.Single();
        var assigned = group.Members.SelectMany(member => member.Assignment.TopicPartitions.Select(p => $"{p.Partition.Value}: {member.ClientId}")).Order(StringComparer.Ordinal).ToList();
        var owned = members.SelectMany(member => member.Assignment.Select(partition => $"{partition}: {member.Name}")).Order(StringComparer.Ordinal).ToList();
        var isShared = group.State == ConsumerGroupState.Stable && group.Members.Count == members.Count && assigned.Count == Partitions && assigned.SequenceEqual(owned)
            && members.TrueForAll(member => member.Assignment.Count == Partitions / members.Count) && !members.Exists(member => member.HasEnded);
        return isShared ? null : $"{group.State} with {group.Members.Count} members: {string.Join(", ", assigned)}. {this}";
    }

    async Task RemoveAsync(MemberProcess member, Func<Task> end)
    {
        members.Remove(member);
        await using (member)
            await end();
    }

    async Task StopTrafficAsync()
    {
        if (traffic is not null)
            await traffic.DisposeAsync();
        traffic = null;
    }
}
