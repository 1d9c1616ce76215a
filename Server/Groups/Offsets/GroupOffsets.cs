using NettyKafka.Codec.Messages;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Offsets;

/// <summary>The offsets that the groups of a shard have committed, and those of transactions that are still open.</summary>
public sealed class GroupOffsets(CoordinatorContext context, GroupTable groups)
{
    const long NoProducerId = -1;

    readonly OffsetTable<Committed> committed = new();
    readonly Dictionary<long, OpenTransaction> pending = [];
    readonly Dictionary<string, HashSet<long>> openTransactions = new(StringComparer.Ordinal);
    long replayed;

    public OffsetAndMetadata? Find(string groupId, string topic, int partition) => committed.Find(groupId, topic, partition)?.Offset;

    /// <summary>All that a group has committed, by topic and partition.</summary>
    public IEnumerable<(string Topic, IEnumerable<(int Partition, OffsetAndMetadata Offset)> Partitions)> OfGroup(string groupId) =>
        committed.OfGroup(groupId).Select(topic => (topic.Key, topic.Value.Select(partition => (partition.Key, partition.Value.Offset))));

    /// <summary>Whether a transaction that may yet commit has an offset for the partition.</summary>
    public bool IsPending(string groupId, string topic, int partition) =>
        openTransactions.TryGetValue(groupId, out var producerIds) && producerIds.Any(producerId => pending[producerId].Offsets.Find(groupId, topic, partition) is not null);

    public bool HasOpenTransactions(string groupId) => openTransactions.ContainsKey(groupId);

    /// <summary>Appends tombstones for all that a group has committed, or may yet commit.</summary>
    public void AppendTombstones(string groupId)
    {
        var keys = committed.KeysOf(groupId);
        foreach (var producerId in openTransactions.GetValueOrDefault(groupId) ?? [])
            keys = keys.Union(pending[producerId].Offsets.KeysOf(groupId));
        AppendTombstones([.. keys]);
    }

    public void AppendTombstones(IReadOnlyList<(string GroupId, string Topic, int Partition)> keys)
    {
        foreach (var (groupId, topic, partition) in keys)
            context.Append(OffsetRecords.Tombstone(groupId, topic, partition));
    }

    /// <summary>The places whose offsets, committed and pending, are all of topics as the condition says: a tombstone takes all of a place.</summary>
    public IReadOnlyList<(string GroupId, string Topic, int Partition)> KeysWhere(Func<string, OffsetAndMetadata, bool> condition) =>
    [
        .. pending.Values.Select(open => open.Offsets).Prepend(committed)
            .SelectMany(table => table.All)
            .Where(entry => condition(entry.Topic, entry.Value.Offset))
            .Select(entry => (entry.GroupId, entry.Topic, entry.Partition))
            .Distinct()
            .Where(place => AllAt(place.GroupId, place.Topic, place.Partition).All(offset => condition(place.Topic, offset))),
    ];

    public void Replay(in CoordinatorRecord record, long producerId)
    {
        if (record.Type == LegacyOffsetCommitKey.RecordType)
        {
            var key = record.DecodeKey<LegacyOffsetCommitKey>();
            Replay(key.Group, key.Topic, key.Partition, record.DecodeValue<LegacyOffsetCommitValue>() is { } value ? OffsetAndMetadata.Of(value) : null, producerId);
        }
        else
        {
            var key = record.DecodeKey<OffsetCommitKey>();
            Replay(key.Group, key.Topic, key.Partition, record.DecodeValue<OffsetCommitValue>() is { } value ? OffsetAndMetadata.Of(value) : null, producerId);
        }
    }

    public void ReplayEndTransaction(long producerId, bool isCommitted)
    {
        if (!pending.Remove(producerId, out var ended))
            return;
        foreach (var groupId in ended.Groups)
            Close(groupId, producerId);
        if (!isCommitted)
            return;
        foreach (var (groupId, topic, partition, value) in ended.Offsets.All)
        {
            // A later commit outside of the transaction counts: compaction may have taken it before the transaction's end, so that the order of records decides.
            if (committed.Find(groupId, topic, partition) is not { } other || other.Order < value.Order)
                committed.Set(groupId, topic, partition, value);
        }
    }

    IEnumerable<OffsetAndMetadata> AllAt(string groupId, string topic, int partition) =>
        from table in (openTransactions.GetValueOrDefault(groupId) ?? []).Select(producerId => pending[producerId].Offsets).Prepend(committed)
        let value = table.Find(groupId, topic, partition)
        where value is not null
        select value.Offset;

    void Replay(string groupId, string topic, int partition, OffsetAndMetadata? offset, long producerId)
    {
        if (offset is null)
        {
            Remove(groupId, topic, partition);
            return;
        }

        groups.GetOrCreateSimple(groupId);
        TableOf(groupId, producerId).Set(groupId, topic, partition, new(offset, replayed++));
    }

    void Remove(string groupId, string topic, int partition)
    {
        committed.Remove(groupId, topic, partition);
        foreach (var producerId in openTransactions.GetValueOrDefault(groupId) ?? [])
            pending[producerId].Offsets.Remove(groupId, topic, partition);
    }

    OffsetTable<Committed> TableOf(string groupId, long producerId)
    {
        if (producerId == NoProducerId)
            return committed;
        if (!openTransactions.TryGetValue(groupId, out var producerIds))
            openTransactions[groupId] = producerIds = [];
        producerIds.Add(producerId);
        if (!pending.TryGetValue(producerId, out var open))
            pending[producerId] = open = new();
        open.Groups.Add(groupId);
        return open.Offsets;
    }

    void Close(string groupId, long producerId)
    {
        var producerIds = openTransactions[groupId];
        producerIds.Remove(producerId);
        if (producerIds.Count == 0)
            openTransactions.Remove(groupId);
    }

    /// <summary>What a transaction has until it ends, and its groups: also those of whose offsets tombstones have taken the last.</summary>
    sealed class OpenTransaction
    {
        public OffsetTable<Committed> Offsets { get; } = new();

        public HashSet<string> Groups { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>An offset with the place of its record among all of the shard.</summary>
    sealed record Committed(OffsetAndMetadata Offset, long Order);
}
