using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Journal;

/// <summary>The error that a response has for a partition, or for a topic without partitions.</summary>
public sealed record PartitionError(string Topic, int? Partition, ErrorCode Error);
