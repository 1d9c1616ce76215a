using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>What was acknowledged to the producers of a group's topics, and what its members consumed and committed.</summary>
sealed class GroupLedger
{
    readonly Lock gate = new();
    readonly HashSet<TopicPartitionOffset> produced = [];
    readonly HashSet<TopicPartitionOffset> consumed = [];
    readonly Dictionary<TopicPartition, long> committed = [];
    readonly List<string> repeated = [];
    readonly List<string> behindCommitted = [];

    /// <summary>Records that were consumed more than once.</summary>
    public List<string> Repeated => Read(() => new List<string>(repeated));

    /// <summary>Records that were consumed although an offset behind them had been committed.</summary>
    public List<string> BehindCommitted => Read(() => new List<string>(behindCommitted));

    public int ConsumedCount => Read(() => consumed.Count);

    public int ProducedCount => Read(() => produced.Count);

    public List<TopicPartitionOffset> Missing => Read(() => produced.Except(consumed).ToList());

    public void Produced(TopicPartitionOffset record)
    {
        lock (gate)
            produced.Add(Plain(record));
    }

    public void Consumed(string member, TopicPartitionOffset record)
    {
        lock (gate)
        {
            if (!consumed.Add(Plain(record)))
                repeated.Add($"{record} by {member}");
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
