namespace NettyKafka.Testing;

/// <summary>A topic that is there when an embedded broker has started.</summary>
public sealed record EmbeddedTopic(string Name, int Partitions = 1)
{
    /// <summary>Topic configs by Kafka's names.</summary>
    public IDictionary<string, string> Configs { get; init; } = new Dictionary<string, string>();
}
