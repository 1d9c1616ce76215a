using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: the node, its roles and the metadata log.</summary>
static class QuorumKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Int("broker.heartbeat.interval.ms", 2000, Medium),
        Int("broker.id", -1, High).Used("The older name of node.id; if both are set they must be equal."),
        Int("broker.session.timeout.ms", 9000, Medium),
        List("controller.listener.names", null, High).Required().Used("Names of listeners that are accepted and not opened."),
        Int("controller.quorum.append.linger.ms", 25, Medium, AtLeast(0)),
        Boolean("controller.quorum.auto.join.enable", false, Low),
        List("controller.quorum.bootstrap.servers", "", High, VoterList),
        Int("controller.quorum.election.backoff.max.ms", 1000, High, AtLeast(0)),
        Int("controller.quorum.election.timeout.ms", 1000, High, AtLeast(0)),
        Int("controller.quorum.fetch.timeout.ms", 2000, High, AtLeast(0)),
        Int("controller.quorum.request.timeout.ms", 2000, Medium, AtLeast(0)),
        Int("controller.quorum.retry.backoff.ms", 20, Low, AtLeast(0)),
        List("controller.quorum.voters", "", High, VoterList),
        Int("controller.socket.timeout.ms", 30_000, Medium),
        Int("initial.broker.registration.timeout.ms", 60_000, Medium),
        Text("metadata.log.dir", null, High).Used("Directory of __cluster_metadata; the first of log.dirs when unset."),
        Long("metadata.log.max.record.bytes.between.snapshots", 20_971_520, High, AtLeast(1)).Used("Size of new metadata records after which a snapshot is taken."),
        Long("metadata.log.max.snapshot.interval.ms", 3_600_000, High, AtLeast(0)).Used("Time after which a snapshot is taken when something has changed; 0 for by size only."),
        Int("metadata.log.segment.bytes", 1_073_741_824, High, AtLeast(8388608)).Used("Segment size of __cluster_metadata."),
        Long("metadata.log.segment.ms", 604_800_000, High).Used("Time after which a segment of __cluster_metadata is rolled."),
        Int("metadata.max.idle.interval.ms", 500, Low, AtLeast(0)),
        Long("metadata.max.retention.bytes", 104_857_600, High).Used("Size of the metadata log with its snapshots above which the oldest snapshot goes."),
        Long("metadata.max.retention.ms", 604_800_000, High).Used("Age above which a snapshot goes when there is a newer one."),
        Int("node.id", null, High, AtLeast(0)).Required().Used("The id of this node; 1 when neither node.id nor broker.id is set."),
        List("process.roles", null, High, ListOf("broker", "controller")).Required().Used("Must contain broker; a node that is only a controller is refused."),
    ];
}
