using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;
using NettyKafka.Testing.Faults;

namespace NettyKafka.Testing.Waiters;

/// <summary>
/// Waits for what clients do to a broker: 30 seconds unless said otherwise, by the system's clock, since the broker's may stand still. What does not come in time is a TimeoutException that says how far it was.
/// </summary>
public sealed class Waiters
{
    /// <summary>Above it nobody looks whether what is left of a partition is only markers of transactions.</summary>
    const long MostMarkers = 1000;

    static readonly TimeSpan pollInterval = TimeSpan.FromMilliseconds(10);
    static readonly string[] states = ["Empty", "PreparingRebalance", "CompletingRebalance", "Stable", "Dead", "Assigning", "Reconciling"];

    readonly BrokerHost host;
    readonly TopicContents contents;
    readonly RequestCounts counts;
    readonly GroupStates groups;

    internal Waiters(BrokerHost host, LocalClient client, TopicContents contents) =>
        (this.host, this.contents, counts, groups) = (host, contents, host.Control.Counts, new(host, client));

    ClusterImage Image => host.Broker.Cluster.Image;

    /// <summary>So many requests of an API have come since the broker started.</summary>
    /// <exception cref="ArgumentException">There is no such API.</exception>
    public Task ForRequestsAsync(string api, int count = 1, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var key = ApiNames.Find(api).Key;
        return counts.Changed.WaitUntilAsync(() => counts[key] >= count, () => $"{counts[key]} requests of {api} have come, not {count}.", timeout, cancellation);
    }

    /// <summary>A group, of either protocol, is in a state of Kafka's name; with so many members, if said.</summary>
    /// <exception cref="ArgumentException">There is no such state.</exception>
    public Task ForGroupAsync(string group, string state = "Stable", int? members = null, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        if (!states.Contains(state))
            throw new ArgumentException($"A group is never {state}; it is one of {string.Join(", ", states)}.", nameof(state));
        return PollAsync(
            async () =>
            {
                var (current, count) = await groups.DescribeAsync(group).ConfigureAwait(false);
                return current == state && (members ?? count) == count ? null : $"The group {group} is {current} with {count} members.";
            },
            timeout,
            cancellation);
    }

    /// <summary>The log of a partition ends at an offset, or behind it.</summary>
    public Task ForOffsetAsync(string topic, int partition, long offset, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        PollAsync(
            () => ValueTask.FromResult(Find(topic, partition) switch
            {
                null => $"There is no partition {topic}-{partition}.",
                { Bounds.LogEndOffset: var end } when end < offset => $"{topic}-{partition} ends at offset {end}, not at {offset}.",
                _ => null,
            }),
            timeout,
            cancellation);

    /// <summary>A group has committed an offset of a partition, or one behind it.</summary>
    public Task ForCommittedAsync(string group, string topic, int partition, long offset, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        PollAsync(
            async () =>
            {
                var committed = await groups.CommittedAsync(group).ConfigureAwait(false);
                var last = committed.Where(known => (known.Topic, known.Partition) == (topic, partition)).Select(known => (long?)known.Offset).FirstOrDefault();
                return last >= offset ? null : $"The group {group} has committed {(last is null ? "nothing" : $"offset {last}")} of {topic}-{partition}, not {offset}.";
            },
            timeout,
            cancellation);

    /// <summary>A topic exists.</summary>
    public Task ForTopicAsync(string name, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        PollAsync(() => ValueTask.FromResult(Image.FindTopic(name) is null ? $"There is no topic {name}." : null), timeout, cancellation);

    /// <summary>A group has committed, and no committed record is left in the partitions of the topics that it has committed for.</summary>
    public Task ForConsumersCaughtUpAsync(string group, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        PollAsync(() => LagOfAsync(group), timeout, cancellation);

    async ValueTask<string?> LagOfAsync(string group)
    {
        var committed = await groups.CommittedAsync(group).ConfigureAwait(false);
        foreach (var (topic, partition, offset) in committed)
            if (Find(topic, partition) is { } found && await IsBehindAsync(new(topic, partition), offset, found.Bounds).ConfigureAwait(false))
                return $"The group {group} has committed offset {offset} of {topic}-{partition}, which ends at {found.Bounds.LastStableOffset}.";
        return committed.Count == 0 ? $"The group {group} has committed nothing." : UnreadOf(group, committed.Select(known => known.Topic).Distinct(), committed.Select(known => (known.Topic, known.Partition)).ToHashSet());
    }

    /// <summary>A partition of the group's topics that has records, and that it has committed nothing of.</summary>
    string? UnreadOf(string group, IEnumerable<string> topics, HashSet<(string Topic, int Partition)> committed)
    {
        foreach (var topic in topics)
            for (var partition = 0; Find(topic, partition) is { } found; partition++)
                if (!committed.Contains((topic, partition)) && found.Bounds is var bounds && bounds.LastStableOffset > bounds.LogStartOffset)
                    return $"The group {group} has committed nothing of {topic}-{partition}, which ends at {bounds.LastStableOffset}.";
        return null;
    }

    async ValueTask<bool> IsBehindAsync(TopicPartition partition, long offset, LogBounds bounds)
    {
        if (offset >= bounds.LastStableOffset)
            return false;
        // The end of a transaction is a record too, which no consumer sees, and few commit.
        return bounds.LastStableOffset - offset > MostMarkers || (await contents.ReadAsync(partition.Topic, partition.Partition, offset).ConfigureAwait(false)).Count > 0;
    }

    Partition? Find(string topic, int partition) => host.Broker.Partitions.Find(new(topic, partition));

    /// <summary>What cannot be asked now, for want of a leader or of a broker, is missing still.</summary>
    async ValueTask<string?> DescribeAsync(Func<ValueTask<string?>> describeMissing)
    {
        if (!host.IsUp)
            return "The broker has crashed and was not recovered yet.";
        try
        {
            return await describeMissing().ConfigureAwait(false);
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>Asks until there is no more to say of what is missing.</summary>
    async Task PollAsync(Func<ValueTask<string?>> describeMissing, TimeSpan? timeout, CancellationToken cancellation)
    {
        using var expired = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        expired.CancelAfter(timeout ?? ChangeSignal.DefaultTimeout);
        using var timer = new PeriodicTimer(pollInterval, TimeProvider.System);
        while (await DescribeAsync(describeMissing).ConfigureAwait(false) is { } missing)
        {
            try
            {
                await timer.WaitForNextTickAsync(expired.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException(missing);
            }
        }
    }
}
