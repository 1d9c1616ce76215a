using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>What was acknowledged to the producers of a group's topics, and what its members consumed and committed.</summary>
sealed class GroupLedger
{
    readonly Lock gate = new();
    readonly HashSet<TopicPartitionOffset> produced = [];
    readonly Dictionary<TopicPartitionOffset, (string Member, int Assignment)> consumed = [];
    readonly Dictionary<(string Member, TopicPartition Partition), int> assignments = [];
    readonly HashSet<(string Member, TopicPartition Partition)> progress = [];
    readonly Dictionary<TopicPartition, long> committed = [];
    readonly List<string> repeated = [];
    readonly List<string> behindCommitted = [];

    /// <summary>Records that were consumed more than once.</summary>
    public List<string> Repeated => Read(() => new List<string>(repeated));

    /// <summary>Records that were consumed although an offset behind them had been committed.</summary>
    public List<string> BehindCommitted => Read(() => new List<string>(behindCommitted));

    public int ConsumedCount => Read(() => consumed.Count);

    public int ProducedCount => Read(() => produced.Count);

    public List<TopicPartitionOffset> Missing => Read(() => produced.Except(consumed.Keys).ToList());

    public void Produced(TopicPartitionOffset record)
    {
        lock (gate)
            produced.Add(Plain(record));
    }

    /// <summary>A member begins with the partitions anew, where the group has committed.</summary>
    public void Assigned(string member, IEnumerable<TopicPartition> partitions)
    {
        lock (gate)
        {
            foreach (var partition in partitions)
            {
                assignments[(member, partition)] = assignments.GetValueOrDefault((member, partition)) + 1;
                progress.Remove((member, partition));
            }
        }
    }

    /// <summary>Whether the member has consumed records of the partition since it has been given it.</summary>
    public bool IsConsuming(string member, TopicPartition partition) => Read(() => progress.Contains((member, partition)));

    public void Consumed(string member, TopicPartitionOffset record)
    {
        lock (gate)
        {
            (string Member, int Assignment) by = (member, assignments.GetValueOrDefault((member, record.TopicPartition)));
            progress.Add((member, record.TopicPartition));
            if (!consumed.TryAdd(Plain(record), by))
            {
                // librdkafka may reset a partition to its first offset twice when it is paused meanwhile: of that it asks no coordinator.
                if (by.Assignment > 0 && consumed[Plain(record)] == by)
                    return;
                repeated.Add($"{record} by {member}");
            }

            if (committed.TryGetValue(record.TopicPartition, out var offset) && record.Offset < offset)
                behindCommitted.Add($"{record} by {member}, {offset} was committed");
        }
    }

    public void Committed(IEnumerable<TopicPartitionOffset> offsets)
    {
        lock (gate)
        {
            foreach (var offset in offsets.Where(offset => !offset.Offset.IsSpecial))
                committed[offset.TopicPartition] = Math.Max(offset.Offset, committed.GetValueOrDefault(offset.TopicPartition));
        }
    }

    static TopicPartitionOffset Plain(TopicPartitionOffset record) => new(record.TopicPartition, record.Offset);

    T Read<T>(Func<T> read)
    {
        lock (gate)
            return read();
    }
}
