using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>A topic that a message names, by name or by id, and a partition of it; null where it names the topic only.</summary>
readonly record struct NamedPartition(string? Topic, Uuid TopicId, int? Partition)
{
    public static IEnumerable<NamedPartition> Of(string? topic, IEnumerable<int> partitions) => Of(topic, default, partitions);

    /// <summary>A topic without partitions is named all the same.</summary>
    public static IEnumerable<NamedPartition> Of(string? topic, Uuid id, IEnumerable<int> partitions) =>
        partitions.Select(partition => new NamedPartition(topic, id, partition)).DefaultIfEmpty(new(topic, id, null));

    public static IEnumerable<NamedPartition> OfTopics(IEnumerable<string> topics) => topics.Select(topic => new NamedPartition(topic, default, null));
}
