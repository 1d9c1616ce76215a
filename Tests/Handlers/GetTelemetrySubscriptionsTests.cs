using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;
using NettyKafka.Tests.Telemetry;

namespace NettyKafka.Tests.Handlers;

public sealed class GetTelemetrySubscriptionsTests : IDisposable
{
    readonly TestBroker broker = new(("telemetry.max.bytes", "5000"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Without_subscriptions_a_client_gets_an_id_and_nothing_to_do()
    {
        var response = Get(default);

        Assert.That(response.ClientInstanceId.IsZero, Is.False);
        Assert.That((response.ErrorCode, response.PushIntervalMs, response.TelemetryMaxBytes, response.DeltaTemporality), Is.EqualTo((ErrorCode.None, 300_000, 5000, true)));
        Assert.That(response.RequestedMetrics, Is.Empty);
        Assert.That(response.AcceptedCompressionTypes, Is.EqualTo(new sbyte[] { 4, 3, 1, 2 }));
    }

    [Test]
    public void A_new_subscription_counts_at_once_and_has_another_id()
    {
        var first = Get(default);
        Assert.That(Get(first.ClientInstanceId).ErrorCode, Is.EqualTo(ErrorCode.ThrottlingQuotaExceeded), "too early");

        broker.Subscribe("all", ("metrics", "org.apache.kafka.producer."), ("interval.ms", "1000"), ("match", "client_id=te.*"));
        var second = Get(first.ClientInstanceId);
        Assert.That((second.ErrorCode, second.ClientInstanceId, second.PushIntervalMs), Is.EqualTo((ErrorCode.None, first.ClientInstanceId, 1000)));
        Assert.That(second.RequestedMetrics, Is.EqualTo(new[] { "org.apache.kafka.producer." }));
        Assert.That(second.SubscriptionId, Is.Not.EqualTo(first.SubscriptionId));

        broker.CreateTopic("orders", 1, ("retention.ms", "1000"));
        Assert.That(Get(first.ClientInstanceId).ErrorCode, Is.EqualTo(ErrorCode.ThrottlingQuotaExceeded), "other configs change no subscription");
        broker.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Get(first.ClientInstanceId).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void An_instance_is_forgotten_with_its_connection_or_after_three_intervals()
    {
        var connection = broker.Connect();
        connection.Send(new GetTelemetrySubscriptionsRequest(), 0);
        Get(default);
        Assert.That(broker.Broker.Telemetry.InstanceCount, Is.EqualTo(2));

        connection.Dispose();
        Assert.That(broker.Broker.Telemetry.InstanceCount, Is.EqualTo(1));
        broker.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.That(broker.Broker.Telemetry.InstanceCount, Is.EqualTo(1));
        broker.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(broker.Broker.Telemetry.InstanceCount, Is.Zero);
    }

    [Test]
    public void Only_so_many_instances_are_remembered()
    {
        var connection = broker.Connect();
        for (var i = 0ul; i < 16_400; i++)
            connection.Send(new GetTelemetrySubscriptionsRequest { ClientInstanceId = new(7, i) }, 0);

        Assert.That(broker.Broker.Telemetry.InstanceCount, Is.EqualTo(16_384));
        Assert.That(Get(new(7, 0)).ErrorCode, Is.EqualTo(ErrorCode.None), "the oldest is forgotten");
        Assert.That(Get(new(7, 16_399)).ErrorCode, Is.EqualTo(ErrorCode.ThrottlingQuotaExceeded));
    }

    GetTelemetrySubscriptionsResponse Get(Uuid id) => broker.Connect().Send(new GetTelemetrySubscriptionsRequest { ClientInstanceId = id }, 0);
}
