using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>What groups may have committed: one offset where it is known, several where nobody knows what a failure has let through.</summary>
sealed class CommittedHistory
{
    public const long None = -1;

    readonly Dictionary<(string Group, Uuid TopicId, int Partition), HashSet<long>> possible = [];
    long last;

    /// <summary>An offset that has never been committed before.</summary>
    public long Next() => ++last;

    public void Set(string group, Uuid topicId, int partition, long offset) => possible[(group, topicId, partition)] = [offset];

    /// <summary>It may be this now, or still what it was.</summary>
    public void MaySet(string group, Uuid topicId, int partition, long offset)
    {
        if (!possible.TryGetValue((group, topicId, partition), out var offsets))
            possible[(group, topicId, partition)] = offsets = [None];
        offsets.Add(offset);
    }

    public void Delete(string group) => Each(group, static offsets =>
    {
        offsets.Clear();
        offsets.Add(None);
    });

    public void MayDelete(string group) => Each(group, static offsets => offsets.Add(None));

    /// <summary>Compares with what a group is told; from then on that is known.</summary>
    public void Check(string group, Uuid topicId, int partition, long found)
    {
        var offsets = possible.GetValueOrDefault((group, topicId, partition)) ?? [None];
        Assert.That(offsets, Does.Contain(found), $"the offset that {group} has committed for {topicId}-{partition}");
        Set(group, topicId, partition, found);
    }

    void Each(string group, Action<HashSet<long>> change)
    {
        foreach (var offsets in possible.Where(each => each.Key.Group == group))
            change(offsets.Value);
    }
}
