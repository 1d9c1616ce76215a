using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>What a topic can be configured with.</summary>
static class TopicKeys
{
    public static readonly ConfigKey[] Keys =
    [
        List("cleanup.policy", "delete", Medium, ListOf("compact", "delete")).Used("What happens to old segments: delete, compact or both."),
        Int("compression.gzip.level", -1, Medium, GzipLevel).Used("Level when compression.type is gzip."),
        Int("compression.lz4.level", 9, Medium, Between(1, 17)).Used("Level when compression.type is lz4."),
        Text("compression.type", "producer", Medium, In("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")).Used("The codec batches are stored with; producer keeps what was sent."),
        Int("compression.zstd.level", 3, Medium, Between(-131072, 22)).Used("Level when compression.type is zstd."),
        Long("delete.retention.ms", 86_400_000, Medium, AtLeast(0)).Used("How long tombstones stay in a compacted topic."),
        Long("file.delete.delay.ms", 60_000, Medium, AtLeast(0)).Used("How long the file of a deleted segment stays."),
        Long("flush.messages", long.MaxValue, Medium, AtLeast(1)).Used("Records after which the log is flushed to disk; 1 flushes before every acknowledgement."),
        Long("flush.ms", long.MaxValue, Medium, AtLeast(0)).Used("Time after which the log is flushed to disk."),
        List("follower.replication.throttled.replicas", "", Medium, ThrottledReplicas),
        Int("index.interval.bytes", 4096, Medium, AtLeast(0)).Used("Bytes of records between two index entries."),
        List("leader.replication.throttled.replicas", "", Medium, ThrottledReplicas),
        Long("local.retention.bytes", -2, Medium, AtLeast(-2)),
        Long("local.retention.ms", -2, Medium, AtLeast(-2)),
        Long("max.compaction.lag.ms", long.MaxValue, Medium, AtLeast(1)).Used("Age above which a record must be compacted."),
        Int("max.message.bytes", 1_048_588, Medium, AtLeast(0)).Used("Size of a record batch at most."),
        Long("message.timestamp.after.max.ms", 3_600_000, Medium, AtLeast(0)).Used("How far a timestamp may lie after the broker's clock."),
        Long("message.timestamp.before.max.ms", long.MaxValue, Medium, AtLeast(0)).Used("How far a timestamp may lie before the broker's clock."),
        Text("message.timestamp.type", "CreateTime", Medium, In("CreateTime", "LogAppendTime")).Used("CreateTime keeps the producer's timestamp, LogAppendTime sets the broker's."),
        Double("min.cleanable.dirty.ratio", 0.5, Medium, Between(0, 1)).Used("Share of dirty bytes from which the log is compacted."),
        Long("min.compaction.lag.ms", 0, Medium, AtLeast(0)).Used("Age below which a record is not compacted."),
        Int("min.insync.replicas", 1, Medium, AtLeast(1)).Used("Replicas that must have a write before acks=all is answered."),
        Boolean("preallocate", false, Medium).Used("Whether the file of a new segment gets its full size at once."),
        Boolean("remote.log.copy.disable", false, Medium),
        Boolean("remote.log.delete.on.disable", false, Medium),
        Boolean("remote.storage.enable", false, Medium).Used("Must be false: there is no tiered storage."),
        Long("retention.bytes", -1, Medium).Used("Size of a partition above which old segments are deleted; -1 is no limit."),
        Long("retention.ms", 604_800_000, Medium, AtLeast(-1)).Used("How long records are kept; -1 is for ever."),
        Int("segment.bytes", 1_073_741_824, Medium, AtLeast(1048576)).Used("Size of a log segment."),
        Int("segment.index.bytes", 10_485_760, Medium, AtLeast(4)).Used("Size of an offset or time index at most."),
        Long("segment.jitter.ms", 0, Medium, AtLeast(0)).Used("Random time taken off segment.ms."),
        Long("segment.ms", 604_800_000, Medium, AtLeast(1)).Used("Time after which a segment is rolled."),
        Boolean("unclean.leader.election.enable", false, Medium),
    ];
}
