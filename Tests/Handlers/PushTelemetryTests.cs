using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;
using NettyKafka.Tests.Telemetry;

namespace NettyKafka.Tests.Handlers;

public sealed class PushTelemetryTests : IDisposable
{
    const string Rate = "org.apache.kafka.producer.rate";

    // With one thread, what is run behind a push is run after it.
    readonly TestBroker broker = new(("num.io.threads", "1"), ("telemetry.max.bytes", "100000"));
    readonly TestConnection connection;
    GetTelemetrySubscriptionsResponse subscription;

    public PushTelemetryTests()
    {
        broker.Subscribe("all", ("metrics", "org.apache.kafka.producer."), ("interval.ms", "1000"));
        connection = broker.Connect("app");
        subscription = connection.Send(new GetTelemetrySubscriptionsRequest(), 0);
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public async Task Metrics_are_kept_whatever_the_codec([Values] CompressionType type)
    {
        using var compressed = new PooledBuffer();
        CompressionCodec.Compress(type, 2, OtlpWriter.MetricsData(OtlpWriter.Gauge(Rate, 2.5, ("node", "1"))), compressed);

        Assert.That(await PushAsync(compressed.WrittenSpan.ToArray(), type), Is.EqualTo(ErrorCode.None));

        var metric = broker.Broker.Telemetry.Store.All().Single();
        Assert.That((metric.Client.ClientInstanceId, metric.Client.ClientId, metric.Name, metric.Attributes, metric.Value), Is.EqualTo((subscription.ClientInstanceId, "app", Rate, "node=\"1\"", 2.5)));
    }

    [Test]
    public async Task Changes_are_added_up_and_what_nobody_asked_for_is_dropped()
    {
        var metrics = OtlpWriter.MetricsData(OtlpWriter.Sum(Rate, 3, OtlpWriter.Delta), OtlpWriter.Sum($"{Rate}.total", 3, OtlpWriter.Cumulative), OtlpWriter.Sum("org.apache.kafka.consumer", 3, OtlpWriter.Delta));
        await PushAsync(metrics);
        broker.Time.Advance(TimeSpan.FromSeconds(1));
        await PushAsync(metrics);

        Assert.That(broker.Broker.Telemetry.Store.All().Select(metric => (metric.Name, metric.Value)), Is.EquivalentTo(new[] { (Rate, 6d), ($"{Rate}.total", 3d) }));
        broker.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(broker.Broker.Telemetry.Store.Count, Is.Zero, "after a while without pushes");
    }

    [Test]
    public async Task Pushes_come_once_an_interval_and_the_last_one_at_any_time()
    {
        Assert.That(await PushAsync([]), Is.EqualTo(ErrorCode.None));
        Assert.That(await PushAsync([]), Is.EqualTo(ErrorCode.ThrottlingQuotaExceeded));
        Assert.That(await PushAsync([], terminating: true), Is.EqualTo(ErrorCode.None));
        Assert.That(await PushAsync([]), Is.EqualTo(ErrorCode.InvalidRequest), "after the last one");
    }

    [Test]
    public async Task A_push_for_another_subscription_makes_the_client_ask_again()
    {
        broker.Subscribe("all", ("interval.ms", "2000"));

        Assert.That(await PushAsync([]), Is.EqualTo(ErrorCode.UnknownSubscriptionId));
        var again = connection.Send(new GetTelemetrySubscriptionsRequest { ClientInstanceId = subscription.ClientInstanceId }, 0);
        Assert.That((again.ErrorCode, again.PushIntervalMs), Is.EqualTo((ErrorCode.None, 2000)));
        subscription = again;
        Assert.That(await PushAsync([]), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task What_cannot_be_read_is_refused()
    {
        Assert.That(await PushAsync(new byte[100_001]), Is.EqualTo(ErrorCode.TelemetryTooLarge));
        broker.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await PushAsync([1], (CompressionType)5), Is.EqualTo(ErrorCode.UnsupportedCompressionType));
        broker.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await PushAsync([1, 2, 3], CompressionType.Zstd), Is.EqualTo(ErrorCode.InvalidRecord));
        broker.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await PushAsync([0xFF]), Is.EqualTo(ErrorCode.InvalidRecord));
    }

    [Test]
    public async Task Metrics_do_not_become_many_times_larger_than_they_came()
    {
        using var compressed = new PooledBuffer();
        CompressionCodec.Compress(CompressionType.Zstd, 2, new byte[2_000_000], compressed);

        Assert.That(await PushAsync(compressed.WrittenSpan.ToArray(), CompressionType.Zstd), Is.EqualTo(ErrorCode.TelemetryTooLarge));
    }

    [TestCase(0ul)]
    [TestCase(1ul)]
    public async Task A_client_has_an_id_of_its_own(ulong reserved)
    {
        subscription.ClientInstanceId = new(0, reserved);

        Assert.That(await PushAsync([]), Is.EqualTo(ErrorCode.InvalidRequest));
    }

    async Task<ErrorCode> PushAsync(byte[] metrics, CompressionType type = CompressionType.None, bool terminating = false)
    {
        var request = new PushTelemetryRequest
        {
            ClientInstanceId = subscription.ClientInstanceId,
            SubscriptionId = subscription.SubscriptionId,
            Terminating = terminating,
            CompressionType = (sbyte)type,
            Metrics = metrics,
        };
        connection.Post(request, 0);
        await broker.Storage.Executor.RunAsync(static _ => true, 0);
        return connection.TryTake(request, 0)!.ErrorCode;
    }
}
