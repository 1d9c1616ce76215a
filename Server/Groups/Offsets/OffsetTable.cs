namespace NettyKafka.Server.Groups.Offsets;

/// <summary>Values by group, topic and partition; nothing is kept of a group or a topic without any.</summary>
sealed class OffsetTable<T>
    where T : class
{
    static readonly IReadOnlyDictionary<string, Dictionary<int, T>> none = new Dictionary<string, Dictionary<int, T>>();

    readonly Dictionary<string, Dictionary<string, Dictionary<int, T>>> groups = new(StringComparer.Ordinal);

    public T? Find(string groupId, string topic, int partition) =>
        groups.TryGetValue(groupId, out var topics) && topics.TryGetValue(topic, out var partitions) ? partitions.GetValueOrDefault(partition) : null;

    /// <summary>The topics of a group, each with its partitions.</summary>
    public IReadOnlyDictionary<string, Dictionary<int, T>> OfGroup(string groupId) => groups.GetValueOrDefault(groupId) ?? none;

    public IEnumerable<(string GroupId, string Topic, int Partition)> KeysOf(string groupId) =>
        from topic in OfGroup(groupId)
        from partition in topic.Value.Keys
        select (groupId, topic.Key, partition);

    public IEnumerable<(string GroupId, string Topic, int Partition, T Value)> All =>
        from groupEntry in groups
        from topic in groupEntry.Value
        from partition in topic.Value
        select (groupEntry.Key, topic.Key, partition.Key, partition.Value);

    public void Set(string groupId, string topic, int partition, T value)
    {
        if (!groups.TryGetValue(groupId, out var topics))
            groups[groupId] = topics = new(StringComparer.Ordinal);
        if (!topics.TryGetValue(topic, out var partitions))
            topics[topic] = partitions = [];
        partitions[partition] = value;
    }

    public void Remove(string groupId, string topic, int partition)
    {
        if (!groups.TryGetValue(groupId, out var topics) || !topics.TryGetValue(topic, out var partitions) || !partitions.Remove(partition))
            return;
        if (partitions.Count == 0 && topics.Remove(topic) && topics.Count == 0)
            groups.Remove(groupId);
    }
}
