namespace NettyKafka.Http.Commands;

/// <summary>A topic to create, on as many nodes as default.replication.factor says if it does not; its configs by Kafka's names.</summary>
sealed record CreateTopicRequest(string Name, int Partitions = 1, int? ReplicationFactor = null, IReadOnlyDictionary<string, string>? Configs = null);
