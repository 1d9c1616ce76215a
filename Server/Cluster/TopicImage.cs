using System.Collections.Immutable;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>A topic as the metadata log describes it; partitions by their id.</summary>
public sealed record TopicImage(string Name, Uuid Id, ImmutableSortedDictionary<int, PartitionRegistration> Partitions)
{
    public bool IsInternal => InternalTopics.Contains(Name);
}
