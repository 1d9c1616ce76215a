using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>What a subscription to clients' metrics can be configured with.</summary>
static class ClientMetricsKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Int("interval.ms", 300_000, Medium).Used("How often clients push their metrics, between 100 ms and an hour."),
        List("match", "", Medium).Used("Which clients push: name=pattern for each of their properties, every client when empty."),
        List("metrics", "", Medium).Used("Prefixes of the metrics that are pushed; * is all of them."),
    ];
}
