using System.Collections.Immutable;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>Partitions of one topic, ascending and without repetition.</summary>
readonly struct TopicPartitions(Uuid topicId, ImmutableArray<int> partitions) : IEquatable<TopicPartitions>
{
    public Uuid TopicId => topicId;

    public ImmutableArray<int> Partitions => partitions;

    public void Deconstruct(out Uuid id, out ImmutableArray<int> assigned) => (id, assigned) = (topicId, partitions);

    public bool Equals(TopicPartitions other) => topicId == other.TopicId && partitions.AsSpan().SequenceEqual(other.Partitions.AsSpan());

    public override bool Equals(object? obj) => obj is TopicPartitions other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(topicId);
        foreach (var partition in partitions)
            hash.Add(partition);
        return hash.ToHashCode();
    }

    public override string ToString() => $"{topicId}[{string.Join(',', partitions)}]";
}
