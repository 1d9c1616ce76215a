namespace NettyKafka.Server.Partitions;

/// <summary>
/// An incremental fetch session (KIP-227): the broker remembers the partitions, requests and responses hold only what changed. Partitions that gave records
/// go to the end, so that all get their turn under a response limit.
/// </summary>
public sealed class FetchSession(int id, bool usesTopicIds, DateTimeOffset created)
{
    public const int NoSession = 0;
    public const int InitialEpoch = 0;
    public const int FinalEpoch = -1;

    readonly LinkedList<FetchPartition> partitions = new();
    readonly Dictionary<FetchKey, LinkedListNode<FetchPartition>> byKey = [];

    /// <summary>Held while the session is changed or answered from: nothing stops a client from using it on two connections.</summary>
    public Lock Gate { get; } = new();

    public int Id => id;

    public bool UsesTopicIds => usesTopicIds;

    public DateTimeOffset Created { get; } = created;

    public DateTimeOffset LastUsed { get; set; } = created;

    /// <summary>The epoch that the next request has to carry.</summary>
    public int Epoch { get; private set; } = NextEpoch(InitialEpoch);

    public int Count => partitions.Count;

    public static int NextEpoch(int epoch) => epoch switch
    {
        < 0 => FinalEpoch,
        int.MaxValue => 1,
        _ => epoch + 1,
    };

    public void Add(FetchPartition wanted)
    {
        if (byKey.TryGetValue(wanted.Key, out var known))
            known.Value.Update(wanted);
        else
            byKey.Add(wanted.Key, partitions.AddLast(wanted));
    }

    public void Forget(FetchKey key)
    {
        if (byKey.Remove(key, out var known))
            partitions.Remove(known);
    }

    public void MoveToEnd(FetchPartition partition)
    {
        if (!byKey.TryGetValue(partition.Key, out var known))
            return;
        partitions.Remove(known);
        partitions.AddLast(known);
    }

    public void Advance() => Epoch = NextEpoch(Epoch);

    public List<FetchPartition> Snapshot() => [.. partitions];
}
