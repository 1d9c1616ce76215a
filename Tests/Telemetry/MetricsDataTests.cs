using NettyKafka.Server.Telemetry.Otlp;

namespace NettyKafka.Tests.Telemetry;

public sealed class MetricsDataTests
{
    const string Name = "org.apache.kafka.producer.record.send.rate";

    [Test]
    public void Gauges_and_sums_are_read_with_their_attributes()
    {
        var bytes = OtlpWriter.MetricsData(
            OtlpWriter.Gauge(Name, 2.5, ("node", "1"), ("quoted", "a\"b")), OtlpWriter.Sum("bytes", -3, OtlpWriter.Delta), OtlpWriter.Sum("total", 7, OtlpWriter.Cumulative));

        Assert.That(MetricsData.TryRead(bytes, out var points), Is.True);
        Assert.That(points, Is.EqualTo(new MetricPoint[]
        {
            new(Name, "ms", false, false, "node=\"1\",quoted=\"a\\\"b\"", 2.5),
            new("bytes", "", true, true, "", -3),
            new("total", "", true, false, "", 7),
        }));
    }

    [Test]
    public void What_is_unknown_is_passed_over()
    {
        byte[] histogram = [.. OtlpWriter.Message(1, "h"u8.ToArray()), .. OtlpWriter.Message(9, [8, 1])];

        Assert.That(MetricsData.TryRead([.. OtlpWriter.Message(15, [1, 2, 3]), .. OtlpWriter.MetricsData(histogram)], out var points), Is.True);
        Assert.That(points, Is.Empty);
    }

    [Test]
    public void Any_part_of_a_message_is_read_or_refused()
    {
        var bytes = OtlpWriter.MetricsData(OtlpWriter.Gauge(Name, 2.5, ("node", "1")));

        Assert.That(Enumerable.Range(1, bytes.Length - 1).Where(length => MetricsData.TryRead(bytes.AsSpan(0, length), out _)), Is.Empty);
        Assert.That(MetricsData.TryRead([], out _), Is.True, "no metrics are metrics too");
    }

    [TestCase("0B", Description = "a group")]
    [TestCase("0AFFFFFFFFFFFFFFFFFF01", Description = "a length of 2^64 - 1")]
    [TestCase("FFFFFFFFFFFFFFFFFFFFFF", Description = "a tag without an end")]
    public void Bytes_that_are_no_message_are_refused(string hex) => Assert.That(MetricsData.TryRead(Convert.FromHexString(hex), out _), Is.False);

    [Test]
    public void A_push_has_so_many_points_at_most()
    {
        var metric = OtlpWriter.Gauge("g", 1);

        MetricsData.TryRead(OtlpWriter.MetricsData([.. Enumerable.Repeat(metric, 10_001)]), out var points);

        Assert.That(points, Has.Count.EqualTo(10_000));
    }
}
