using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>What a group can be configured with.</summary>
static class GroupResourceKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Int("consumer.heartbeat.interval.ms", 5000, Medium, AtLeast(1)).Used("Heartbeat interval of the members of a consumer group."),
        Int("consumer.session.timeout.ms", 45_000, Medium, AtLeast(1)).Used("Session timeout of the members of a consumer group."),
        Text("share.auto.offset.reset", "latest", Medium, AutoOffsetReset),
        Int("share.heartbeat.interval.ms", 5000, Medium, AtLeast(1)),
        Text("share.isolation.level", "read_uncommitted", Medium, In("read_committed", "read_uncommitted")),
        Int("share.record.lock.duration.ms", 30_000, Medium, AtLeast(1000)),
        Int("share.session.timeout.ms", 45_000, Medium, AtLeast(1)),
        Int("streams.heartbeat.interval.ms", 5000, Medium, AtLeast(1)),
        Int("streams.initial.rebalance.delay.ms", 3000, Medium, AtLeast(0)),
        Int("streams.num.standby.replicas", 0, Medium, AtLeast(0)),
        Int("streams.session.timeout.ms", 45_000, Medium, AtLeast(1)),
    ];
}
