using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: replicas and leaders.</summary>
static class ReplicationKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Boolean("auto.leader.rebalance.enable", true, High),
        Int("default.replication.factor", 1, Medium).Used("Replication factor of a topic that is created without one."),
        Long("leader.imbalance.check.interval.seconds", 300, High, AtLeast(1)),
        Int("num.replica.alter.log.dirs.threads", null, High).Used("Partitions that move between log.dirs at the same time; as many as there are directories if not set."),
        Int("num.replica.fetchers", 1, High, AtLeast(1)).ClusterWide(),
        Int("replica.fetch.backoff.ms", 1000, Medium, AtLeast(0)),
        Int("replica.fetch.max.bytes", 1_048_576, Medium, AtLeast(0)),
        Int("replica.fetch.min.bytes", 1, High),
        Int("replica.fetch.response.max.bytes", 10_485_760, Medium, AtLeast(0)),
        Int("replica.fetch.wait.max.ms", 500, High),
        Long("replica.high.watermark.checkpoint.interval.ms", 5000, High).Used("How often the high watermarks are written."),
        Long("replica.lag.time.max.ms", 30_000, High),
        Text("replica.selector.class", null, Medium).Used("With Kafka's RackAwareReplicaSelector consumers read from the replica in their own rack (client.rack); from the leader if not set."),
        Int("replica.socket.receive.buffer.bytes", 65_536, High),
        Int("replica.socket.timeout.ms", 30_000, High),
        Int("replication.quota.window.num", 11, Low, AtLeast(1)),
        Int("replication.quota.window.size.seconds", 1, Low, AtLeast(1)),
        Boolean("unclean.leader.election.enable", false, High).ClusterWide(),
    ];
}
