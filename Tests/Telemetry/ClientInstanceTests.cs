using System.Net;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Telemetry;

namespace NettyKafka.Tests.Telemetry;

public sealed class ClientInstanceTests
{
    static readonly ClientInstanceMetadata client = new(Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA"), "app", "java", "4.0", new(IPAddress.Loopback, 1));

    readonly ClientInstance instance = Instance(("one", "metrics", "a,b"), ("one", "interval.ms", "1000"));

    [Test]
    public void Subscriptions_that_match_are_one()
    {
        var both = Instance(("one", "metrics", "b,a"), ("one", "interval.ms", "2000"), ("two", "metrics", "a,c"), ("two", "match", "client_id=app"), ("three", "metrics", "d"), ("three", "match", "client_id=x"));

        Assert.That(both.Metrics, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(both.PushIntervalMs, Is.EqualTo(2000), "the shortest, five minutes without one");
        Assert.That(Instance(("one", "metrics", "b"), ("two", "metrics", "*")).Metrics, Is.EqualTo(new[] { "*" }));
        Assert.That(Instance().PushIntervalMs, Is.EqualTo(300_000));
    }

    [Test]
    public void The_subscription_id_is_Kafka_s() => Assert.That(instance.SubscriptionId, Is.EqualTo(Golden("[a, b]1000")));

    [Test]
    public void A_get_is_for_once_an_interval_unless_the_last_push_failed_for_it()
    {
        Assert.That((Get(0), Get(999), Get(1000)), Is.EqualTo((true, false, true)));

        instance.LastKnownError = ErrorCode.UnknownSubscriptionId;
        Assert.That(Get(1001), Is.True);
    }

    [Test]
    public void The_first_push_after_a_get_may_come_at_any_time_and_the_next_after_an_interval()
    {
        Assert.That((Get(0), Push(500), Push(1499), Push(1500)), Is.EqualTo((true, true, false, true)));
        Assert.That((Get(2499), Get(2500), Push(2500)), Is.EqualTo((false, true, true)), "a get waits for pushes too");
    }

    [Test]
    public void It_is_subscribed_to_prefixes()
    {
        Assert.That((instance.IsSubscribedTo("a.b"), instance.IsSubscribedTo("c"), Instance(("s", "metrics", "*")).IsSubscribedTo("c"), Instance().IsSubscribedTo("c")), Is.EqualTo((true, false, true, false)));
    }

    bool Get(int ms) => instance.TryGet(TimeSpan.FromMilliseconds(ms));

    bool Push(int ms) => instance.TryPush(TimeSpan.FromMilliseconds(ms));

    /// <summary>CRC-32C of the wanted metrics and the interval, with the id's hash as Java computes it.</summary>
    static int Golden(string text)
    {
        var crc = ~0u;
        foreach (var letter in System.Text.Encoding.UTF8.GetBytes(text))
        {
            crc ^= letter;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
        }

        var bits = client.ClientInstanceId.MostSignificantBits ^ client.ClientInstanceId.LeastSignificantBits;
        return unchecked((int)~crc ^ (int)(bits >> 32) ^ (int)bits);
    }

    static ClientInstance Instance(params (string Subscription, string Name, string Value)[] configs) =>
        new(client, ClientMetricsSubscriptions.None.At(configs.Aggregate(ClusterImage.Empty, (image, config) => image.Replay(ClientMetricsRecords.RecordOf(config.Subscription, config.Name, config.Value)))));
}
