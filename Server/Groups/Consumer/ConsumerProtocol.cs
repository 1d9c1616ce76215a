using System.Buffers.Binary;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>The protocol that consumers speak inside of classic groups: their subscriptions and assignments, each behind its version, topics by name.</summary>
static class ConsumerProtocol
{
    public const string Type = "consumer";

    const short NewestVersion = 3;

    /// <summary>A subscription of a version that is not known is read as the newest that is: newer ones only add at the end.</summary>
    /// <exception cref="ProtocolException">It is not well formed.</exception>
    public static ConsumerProtocolSubscription ReadSubscription(byte[] bytes)
    {
        var version = VersionOf(bytes);
        var reader = new KafkaReader(bytes.AsMemory(sizeof(short)));
        return ConsumerProtocolSubscription.Read(ref reader, version);
    }

    public static bool IsSubscription(byte[] bytes)
    {
        try
        {
            ReadSubscription(bytes);
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }

    /// <exception cref="ProtocolException">It is not well formed.</exception>
    public static ConsumerProtocolAssignment ReadAssignment(byte[] bytes)
    {
        var version = VersionOf(bytes);
        var reader = new KafkaReader(bytes.AsMemory(sizeof(short)));
        return ConsumerProtocolAssignment.Read(ref reader, version);
    }

    /// <summary>An assignment in the version of a member's subscription; topics that are gone are left out.</summary>
    public static byte[] WriteAssignment(Assignment assignment, ClusterImage image, byte[] subscription)
    {
        var version = VersionOf(subscription);
        var message = new ConsumerProtocolAssignment
        {
            AssignedPartitions =
            [
                .. from topic in assignment.Topics
                   let name = image.FindTopic(topic.TopicId)?.Name
                   where name is not null
                   select new ConsumerProtocolAssignment.TopicPartition { Topic = name, Partitions = [.. topic.Partitions] },
            ],
        };
        var encoded = MessageEncoding.Encode(message, version);
        var bytes = new byte[sizeof(short) + encoded.Length];
        BinaryPrimitives.WriteInt16BigEndian(bytes, version);
        encoded.CopyTo(bytes, sizeof(short));
        return bytes;
    }

    public static Assignment AssignmentOf(ConsumerProtocolAssignment assignment, ClusterImage image) =>
        AssignmentOf(assignment.AssignedPartitions.Select(topic => (topic.Topic, topic.Partitions.AsEnumerable())), image);

    public static Assignment OwnedOf(ConsumerProtocolSubscription subscription, ClusterImage image) =>
        AssignmentOf(subscription.OwnedPartitions.Select(topic => (topic.Topic, topic.Partitions.AsEnumerable())), image);

    static Assignment AssignmentOf(IEnumerable<(string Name, IEnumerable<int> Partitions)> topics, ClusterImage image) => Assignment.From(
        from topic in topics
        let found = image.FindTopic(topic.Name)
        where found is not null
        select (found.Id, topic.Partitions));

    static short VersionOf(byte[] bytes)
    {
        if (bytes.Length < sizeof(short) || BinaryPrimitives.ReadInt16BigEndian(bytes) < 0)
            throw new ProtocolException("A message of the consumer protocol without a version");
        return Math.Min(BinaryPrimitives.ReadInt16BigEndian(bytes), NewestVersion);
    }
}
