namespace NettyKafka.Testing;

/// <summary>A topic that is there when an embedded broker has started.</summary>
public sealed record EmbeddedTopic(string Name, int Partitions = 1)
{
    /// <summary>On how many nodes each partition is; null is <c>default.replication.factor</c>, which is as many as there are nodes, at most 3.</summary>
    public int? ReplicationFactor { get; init; }

    /// <summary>Topic configs by Kafka's names.</summary>
    public IDictionary<string, string> Configs { get; init; } = new Dictionary<string, string>();
}
