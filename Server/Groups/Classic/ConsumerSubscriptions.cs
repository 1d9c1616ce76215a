using System.Buffers.Binary;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>What the members of a classic group of consumers are subscribed to.</summary>
static class ConsumerSubscriptions
{
    public const string ProtocolType = "consumer";

    // Every newer version only adds behind version 0, whatever a client puts there.
    const short ReadVersion = 0;

    /// <summary>All topics together; null when one of the subscriptions is not one.</summary>
    public static HashSet<string>? TopicsOf(IEnumerable<byte[]> subscriptions)
    {
        var topics = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var subscription in subscriptions)
                topics.UnionWith(Read(subscription).Topics);
            return topics;
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    static ConsumerProtocolSubscription Read(byte[] subscription)
    {
        if (subscription.Length < sizeof(short) || BinaryPrimitives.ReadInt16BigEndian(subscription) < 0)
            throw new ProtocolException("a subscription without a version");
        var reader = new KafkaReader(subscription.AsMemory(sizeof(short)));
        return ConsumerProtocolSubscription.Read(ref reader, ReadVersion);
    }
}
