using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: metrics, telemetry and quotas.</summary>
static class MetricsAndQuotaKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Int("alter.log.dirs.replication.quota.window.num", 11, Low, AtLeast(1)),
        Int("alter.log.dirs.replication.quota.window.size.seconds", 1, Low, AtLeast(1)),
        Class("client.quota.callback.class", null, Low),
        Int("controller.quota.window.num", 11, Low, AtLeast(1)).Used("Samples whose time a controller mutation quota may be saved up for."),
        Int("controller.quota.window.size.seconds", 1, Low, AtLeast(1)).Used("Length of a sample of controller mutation quotas."),
        Int("kafka.metrics.polling.interval.secs", 10, Low, AtLeast(1)),
        List("kafka.metrics.reporters", "", Low),
        List("metric.reporters", "org.apache.kafka.common.metrics.JmxReporter", Low).ClusterWide(),
        Int("metrics.num.samples", 2, Low, AtLeast(1)),
        Text("metrics.recording.level", "INFO", Low),
        Long("metrics.sample.window.ms", 30_000, Low, AtLeast(1)),
        Int("quota.window.num", 11, Low, AtLeast(1)).Used("Samples that the rates of client quotas are averaged over."),
        Int("quota.window.size.seconds", 1, Low, AtLeast(1)).Used("Length of a sample of client quotas."),
        Int("telemetry.max.bytes", 1_048_576, Low, AtLeast(1)).Used("Size of the metrics that a client pushes at once, as it sends them."),
    ];
}
