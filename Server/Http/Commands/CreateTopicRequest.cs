namespace NettyKafka.Http.Commands;

/// <summary>A topic to create; its configs by Kafka's names.</summary>
sealed record CreateTopicRequest(string Name, int Partitions = 1, IReadOnlyDictionary<string, string>? Configs = null);
