using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: committed offsets, classic and consumer groups.</summary>
static class GroupKeys
{
    public static readonly ConfigKey[] Keys =
    [
        List("group.consumer.assignors", "uniform,range", Medium).Used("Assignors of consumer groups, the default one first."),
        Int("group.consumer.heartbeat.interval.ms", 5000, Medium, AtLeast(1)).Used("Heartbeat interval of consumer group members."),
        Int("group.consumer.max.heartbeat.interval.ms", 15_000, Medium, AtLeast(1)).Used("Heartbeat interval that a consumer group may set at most."),
        Int("group.consumer.max.session.timeout.ms", 60_000, Medium, AtLeast(1)).Used("Session timeout that a consumer group may set at most."),
        Int("group.consumer.max.size", int.MaxValue, Medium, AtLeast(1)).Used("Members of a consumer group at most."),
        Text("group.consumer.migration.policy", "bidirectional", Medium, InIgnoringCase("DISABLED", "DOWNGRADE", "UPGRADE", "BIDIRECTIONAL")).Used("Whether groups change between classic and consumer while members are present."),
        Int("group.consumer.min.heartbeat.interval.ms", 5000, Medium, AtLeast(1)).Used("Heartbeat interval that a consumer group may set at least."),
        Int("group.consumer.min.session.timeout.ms", 45_000, Medium, AtLeast(1)).Used("Session timeout that a consumer group may set at least."),
        Int("group.consumer.session.timeout.ms", 45_000, Medium, AtLeast(1)).Used("Session timeout of consumer group members."),
        Int("group.coordinator.append.linger.ms", -1, Medium, AtLeast(-1)),
        List("group.coordinator.rebalance.protocols", "classic,consumer,streams", Medium, ListOf("consumer", "classic", "share", "streams")).Used("Kinds of groups that are served."),
        Int("group.coordinator.threads", 4, High, AtLeast(1)),
        Int("group.initial.rebalance.delay.ms", 3000, Medium).Used("How long an empty classic group waits for more members."),
        Int("group.max.session.timeout.ms", 1_800_000, Medium).Used("Session timeout of a classic member at most."),
        Int("group.max.size", int.MaxValue, Medium, AtLeast(1)).Used("Members of a classic group at most."),
        Int("group.min.session.timeout.ms", 6000, Medium).Used("Session timeout of a classic member at least."),
        Int("offset.metadata.max.bytes", 4096, High).Used("Metadata of a committed offset at most."),
        Int("offsets.commit.timeout.ms", 5000, High, AtLeast(1)).Used("How long an OffsetCommit may wait for its write."),
        Int("offsets.load.buffer.size", 5_242_880, High, AtLeast(1)),
        Long("offsets.retention.check.interval.ms", 600_000, High, AtLeast(1)).Used("How often expired offsets are looked for."),
        Int("offsets.retention.minutes", 10_080, High, AtLeast(1)).Used("How long the offsets of an empty group are kept."),
        Int("offsets.topic.compression.codec", 0, High).Used("Codec of the batches in __consumer_offsets, by its number."),
        Int("offsets.topic.num.partitions", 50, High, AtLeast(1)).Used("Partitions of __consumer_offsets."),
        Short("offsets.topic.replication.factor", 3, High, AtLeast(1)).Used("Replication factor of __consumer_offsets; never more than there are nodes."),
        Int("offsets.topic.segment.bytes", 104_857_600, High, AtLeast(1)).Used("Segment size of __consumer_offsets."),
    ];
}
