using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: logs and the defaults of topics.</summary>
static class LogKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Int("compression.gzip.level", -1, Medium, GzipLevel).ClusterWide().Used("Level when compression.type is gzip."),
        Int("compression.lz4.level", 9, Medium, Between(1, 17)).ClusterWide().Used("Level when compression.type is lz4."),
        Text("compression.type", "producer", High, In("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")).ClusterWide().Used("The codec batches are stored with; producer keeps what was sent."),
        Int("compression.zstd.level", 3, Medium, Between(-131072, 22)).ClusterWide().Used("Level when compression.type is zstd."),
        List("log.cleanup.policy", "delete", Medium, ListOf("compact", "delete")).ClusterWide().Used("What happens to old segments: delete, compact or both."),
        List("log.dir", "/tmp/kafka-logs", High).Used("Data directory; log.dirs goes before it."),
        Long("log.dir.failure.timeout.ms", 30_000, Low, AtLeast(1)),
        List("log.dirs", null, High).Used("Data directories, separated by commas."),
        Long("log.flush.interval.messages", long.MaxValue, High, AtLeast(1)).ClusterWide().Used("Records after which a log is flushed to disk; 1 flushes before every acknowledgement."),
        Long("log.flush.interval.ms", null, High).ClusterWide().Used("Time after which a log is flushed to disk; log.flush.scheduler.interval.ms when unset."),
        Int("log.flush.offset.checkpoint.interval.ms", 60_000, High, AtLeast(0)).Used("How often the recovery point is written."),
        Long("log.flush.scheduler.interval.ms", long.MaxValue, High).Used("Stands in for log.flush.interval.ms; no scheduler comes by, logs are flushed when they are due."),
        Int("log.flush.start.offset.checkpoint.interval.ms", 60_000, High, AtLeast(0)).Used("How often the log start offset is written."),
        Int("log.index.interval.bytes", 4096, Medium, AtLeast(0)).ClusterWide().Used("Bytes of records between two index entries."),
        Int("log.index.size.max.bytes", 10_485_760, Medium, AtLeast(4)).ClusterWide().Used("Size of an offset or time index at most."),
        Long("log.local.retention.bytes", -2, Medium, AtLeast(-2)).ClusterWide(),
        Long("log.local.retention.ms", -2, Medium, AtLeast(-2)).ClusterWide(),
        Long("log.message.timestamp.after.max.ms", 3_600_000, Medium, AtLeast(0)).ClusterWide().Used("How far a timestamp may lie after the broker's clock."),
        Long("log.message.timestamp.before.max.ms", long.MaxValue, Medium, AtLeast(0)).ClusterWide().Used("How far a timestamp may lie before the broker's clock."),
        Text("log.message.timestamp.type", "CreateTime", Medium, In("CreateTime", "LogAppendTime")).ClusterWide().Used("CreateTime keeps the producer's timestamp, LogAppendTime sets the broker's."),
        Boolean("log.preallocate", false, Medium).ClusterWide().Used("Whether the file of a new segment gets its full size at once."),
        Long("log.retention.bytes", -1, High).ClusterWide().Used("Size of a partition above which old segments are deleted; -1 is no limit."),
        Long("log.retention.check.interval.ms", 300_000, Medium, AtLeast(1)).Used("How often segments are checked for deletion."),
        Int("log.retention.hours", 168, High).Used("How long records are kept."),
        Int("log.retention.minutes", null, High).Used("How long records are kept; goes before log.retention.hours."),
        Long("log.retention.ms", null, High).ClusterWide().Used("How long records are kept, -1 for ever; goes before the minutes and the hours."),
        Int("log.roll.hours", 168, High, AtLeast(1)).Used("Time after which a segment is rolled."),
        Int("log.roll.jitter.hours", 0, High, AtLeast(0)).Used("Random time taken off the roll time."),
        Long("log.roll.jitter.ms", null, High).ClusterWide().Used("Random time taken off the roll time; goes before log.roll.jitter.hours."),
        Long("log.roll.ms", null, High).ClusterWide().Used("Time after which a segment is rolled; goes before log.roll.hours."),
        Int("log.segment.bytes", 1_073_741_824, High, AtLeast(1048576)).ClusterWide().Used("Size of a log segment."),
        Long("log.segment.delete.delay.ms", 60_000, High, AtLeast(0)).ClusterWide().Used("How long the file of a deleted segment stays."),
        Int("message.max.bytes", 1_048_588, High, AtLeast(0)).ClusterWide().Used("Size of a record batch at most."),
        Int("min.insync.replicas", 1, High, AtLeast(1)).ClusterWide().Used("Replicas that must have a write before acks=all is answered."),
        Int("num.recovery.threads.per.data.dir", 2, High, AtLeast(1)).ClusterWide().Used("Logs of a data directory that are loaded at the same time, at the start."),
    ];
}
