using System.Buffers.Binary;
using System.IO.Hashing;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>The topics that a group subscribes to, as far as they exist in an image of the cluster.</summary>
sealed class SubscribedTopics
{
    const byte FormatVersion = 0;

    readonly SortedDictionary<string, TopicImage> topics = new(StringComparer.Ordinal);

    public SubscribedTopics(IEnumerable<string> names, ClusterImage image)
    {
        foreach (var name in names)
        {
            if (image.FindTopic(name) is { } topic)
                topics[name] = topic;
        }
    }

    public Dictionary<Uuid, int> PartitionCounts => topics.Values.ToDictionary(topic => topic.Id, topic => topic.Partitions.Count);

    /// <summary>
    /// Changes with everything that may change an assignment, and with nothing else; 0 without topics. It is the number that Kafka writes for brokers without racks,
    /// so that a group from there goes on without a new assignment.
    /// </summary>
    public long Hash()
    {
        if (topics.Count == 0)
            return 0;
        var hash = new XxHash3();
        foreach (var topic in topics.Values)
            Append(hash, HashOf(topic));
        return (long)hash.GetCurrentHashAsUInt64();
    }

    static ulong HashOf(TopicImage topic)
    {
        var hash = new XxHash3();
        hash.Append([FormatVersion]);
        Append(hash, topic.Id.MostSignificantBits);
        Append(hash, topic.Id.LeastSignificantBits);
        foreach (var letter in topic.Name)
            hash.Append([(byte)letter, (byte)(letter >> 8)]);
        Append(hash, topic.Name.Length);
        Append(hash, topic.Partitions.Count);
        foreach (var partition in topic.Partitions.Keys)
            Append(hash, partition);
        return hash.GetCurrentHashAsUInt64();
    }

    static void Append(XxHash3 hash, ulong number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        hash.Append(bytes);
    }

    static void Append(XxHash3 hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.Append(bytes);
    }
}
