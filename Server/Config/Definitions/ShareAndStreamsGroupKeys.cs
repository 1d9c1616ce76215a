using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: share and streams groups.</summary>
static class ShareAndStreamsGroupKeys
{
    public static readonly ConfigKey[] Keys =
    [
        List("group.share.assignors", "simple", Medium),
        Int("group.share.delivery.count.limit", 5, Medium, Between(2, 10)),
        Int("group.share.heartbeat.interval.ms", 5000, Medium, AtLeast(1)),
        Int("group.share.max.heartbeat.interval.ms", 15_000, Medium, AtLeast(1)).Used("Heartbeat interval that a share group may set at most."),
        Int("group.share.max.record.lock.duration.ms", 60_000, Medium, Between(30000, 3600000)).Used("Record lock duration that a share group may set at most."),
        Int("group.share.max.session.timeout.ms", 60_000, Medium, AtLeast(1)).Used("Session timeout that a share group may set at most."),
        Int("group.share.max.share.sessions", 2000, Medium, AtLeast(1)),
        Int("group.share.max.size", 200, Medium, Between(1, 1000)),
        Int("group.share.min.heartbeat.interval.ms", 5000, Medium, AtLeast(1)).Used("Heartbeat interval that a share group may set at least."),
        Int("group.share.min.record.lock.duration.ms", 15_000, Medium, Between(1000, 30000)).Used("Record lock duration that a share group may set at least."),
        Int("group.share.min.session.timeout.ms", 45_000, Medium, AtLeast(1)).Used("Session timeout that a share group may set at least."),
        Int("group.share.partition.max.record.locks", 2000, Medium, Between(100, 10000)),
        Int("group.share.record.lock.duration.ms", 30_000, Medium, Between(1000, 3600000)),
        Int("group.share.session.timeout.ms", 45_000, Medium, AtLeast(1)),
        Int("group.streams.heartbeat.interval.ms", 5000, Medium, AtLeast(1)),
        Int("group.streams.initial.rebalance.delay.ms", 3000, Medium, AtLeast(0)),
        Int("group.streams.max.heartbeat.interval.ms", 15_000, Medium, AtLeast(1)).Used("Heartbeat interval that a streams group may set at most."),
        Int("group.streams.max.session.timeout.ms", 60_000, Medium, AtLeast(1)).Used("Session timeout that a streams group may set at most."),
        Int("group.streams.max.size", int.MaxValue, Medium, AtLeast(1)),
        Int("group.streams.max.standby.replicas", 2, Medium, AtLeast(0)).Used("Standby replicas that a streams group may set at most."),
        Int("group.streams.min.heartbeat.interval.ms", 5000, Medium, AtLeast(1)).Used("Heartbeat interval that a streams group may set at least."),
        Int("group.streams.min.session.timeout.ms", 45_000, Medium, AtLeast(1)).Used("Session timeout that a streams group may set at least."),
        Int("group.streams.num.standby.replicas", 0, Medium, AtLeast(0)),
        Int("group.streams.session.timeout.ms", 45_000, Medium, AtLeast(1)),
        Int("share.coordinator.append.linger.ms", -1, Medium, AtLeast(-1)),
        Int("share.coordinator.load.buffer.size", 5_242_880, High, AtLeast(1)),
        Int("share.coordinator.snapshot.update.records.per.snapshot", 500, Medium, AtLeast(0)),
        Int("share.coordinator.state.topic.compression.codec", 0, High),
        Short("share.coordinator.state.topic.min.isr", 2, High, AtLeast(1)),
        Int("share.coordinator.state.topic.num.partitions", 50, High, AtLeast(1)),
        Short("share.coordinator.state.topic.replication.factor", 3, High, AtLeast(1)),
        Int("share.coordinator.state.topic.segment.bytes", 104_857_600, High, AtLeast(1)),
        Int("share.coordinator.threads", 1, Medium, AtLeast(1)),
        Int("share.coordinator.write.timeout.ms", 5000, High, AtLeast(1)),
        Int("share.fetch.purgatory.purge.interval.requests", 1000, Medium),
    ];
}
