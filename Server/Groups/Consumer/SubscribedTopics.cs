using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>The topics that a group subscribes to, as far as they exist in an image of the cluster.</summary>
sealed class SubscribedTopics
{
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

    /// <summary>Changes with everything that may change an assignment, and with nothing else; 0 without topics.</summary>
    public long Hash()
    {
        if (topics.Count == 0)
            return 0;
        var hash = new XxHash3();
        Span<byte> numbers = stackalloc byte[Uuid.Size + sizeof(int) + sizeof(int)];
        foreach (var (name, topic) in topics)
        {
            BinaryPrimitives.WriteInt32LittleEndian(numbers, name.Length);
            topic.Id.Write(numbers[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(numbers[(sizeof(int) + Uuid.Size)..], topic.Partitions.Count);
            hash.Append(MemoryMarshal.AsBytes(name.AsSpan()));
            hash.Append(numbers);
        }

        return (long)hash.GetCurrentHashAsUInt64();
    }
}
