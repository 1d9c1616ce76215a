using System.Collections.Immutable;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// An immutable set of partitions by topic id, compared by value. An operation that changes nothing returns the very object it was called on.
/// </summary>
sealed class Assignment : IEquatable<Assignment>
{
    public static readonly Assignment Empty = new([]);

    Assignment(ImmutableArray<TopicPartitions> topics)
    {
        Topics = topics;
        foreach (var topic in topics)
            Count += topic.Partitions.Length;
    }

    /// <summary>The topics in the order of their ids; none is without partitions.</summary>
    public ImmutableArray<TopicPartitions> Topics { get; }

    /// <summary>The number of partitions.</summary>
    public int Count { get; }

    public bool IsEmpty => Count == 0;

    public static int CompareTopicIds(Uuid left, Uuid right)
    {
        var order = left.MostSignificantBits.CompareTo(right.MostSignificantBits);
        return order != 0 ? order : left.LeastSignificantBits.CompareTo(right.LeastSignificantBits);
    }

    /// <summary>Topics may come in any order and several times, partitions too.</summary>
    public static Assignment From(IEnumerable<(Uuid TopicId, IEnumerable<int> Partitions)> topics)
    {
        var merged = new SortedDictionary<Uuid, SortedSet<int>>(Comparer<Uuid>.Create(CompareTopicIds));
        foreach (var (topicId, partitions) in topics)
        {
            if (!merged.TryGetValue(topicId, out var set))
                merged[topicId] = set = [];
            set.UnionWith(partitions);
        }

        return FromSorted([.. from topic in merged where topic.Value.Count > 0 select new TopicPartitions(topic.Key, [.. topic.Value])]);
    }

    /// <summary>For those who have the topics in order already, each once and with its partitions in order.</summary>
    public static Assignment FromSorted(ImmutableArray<TopicPartitions> topics) => topics.IsEmpty ? Empty : new(topics);

    public bool Contains(Uuid topicId, int partition) => PartitionsOf(topicId).BinarySearch(partition) >= 0;

    /// <summary>The partitions of one topic: none if the topic is not in the set.</summary>
    public ReadOnlySpan<int> PartitionsOf(Uuid topicId)
    {
        var (low, high) = (0, Topics.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = CompareTopicIds(Topics[middle].TopicId, topicId);
            if (order == 0)
                return Topics[middle].Partitions.AsSpan();
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return [];
    }

    public Assignment Except(Assignment other) => Keep(other, wanted: false);

    public Assignment Intersect(Assignment other) => Keep(other, wanted: true);

    public Assignment Union(Assignment other)
    {
        if (IsEmpty)
            return other;
        if (other.Except(this).IsEmpty)
            return this;
        return From(Topics.Concat(other.Topics).Select(topic => (topic.TopicId, topic.Partitions.AsEnumerable())));
    }

    public bool Equals(Assignment? other) =>
        ReferenceEquals(this, other) || (other is not null && Count == other.Count && Topics.AsSpan().SequenceEqual(other.Topics.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as Assignment);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var topic in Topics)
            hash.Add(topic);
        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(' ', Topics)}]";

    Assignment Keep(Assignment other, bool wanted)
    {
        if (IsEmpty || (other.IsEmpty && !wanted))
            return this;

        var kept = ImmutableArray.CreateBuilder<TopicPartitions>(Topics.Length);
        var count = 0;
        foreach (var topic in Topics)
        {
            var partitions = Keep(topic.Partitions, other.PartitionsOf(topic.TopicId), wanted);
            if (partitions.IsEmpty)
                continue;
            kept.Add(new(topic.TopicId, partitions));
            count += partitions.Length;
        }

        return count == Count ? this : FromSorted(kept.DrainToImmutable());
    }

    static ImmutableArray<int> Keep(ImmutableArray<int> partitions, ReadOnlySpan<int> other, bool wanted)
    {
        if (other.IsEmpty)
            return wanted ? [] : partitions;

        var kept = ImmutableArray.CreateBuilder<int>(partitions.Length);
        foreach (var partition in partitions)
        {
            if (other.BinarySearch(partition) >= 0 == wanted)
                kept.Add(partition);
        }

        return kept.Count == partitions.Length ? partitions : kept.DrainToImmutable();
    }
}
