using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: compaction.</summary>
static class LogCleanerKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Long("log.cleaner.backoff.ms", 15_000, Medium, AtLeast(0)).ClusterWide().Used("Pause when there is no log to compact."),
        Long("log.cleaner.dedupe.buffer.size", 134_217_728, Medium).ClusterWide().Used("Memory for the key maps of all cleaner threads."),
        Long("log.cleaner.delete.retention.ms", 86_400_000, Medium, AtLeast(0)).ClusterWide().Used("How long tombstones stay in a compacted topic."),
        Boolean("log.cleaner.enable", true, Medium).Used("Whether compacted topics are cleaned."),
        Double("log.cleaner.io.buffer.load.factor", 0.9, Medium).ClusterWide().Used("How full the key map may get."),
        Int("log.cleaner.io.buffer.size", 524_288, Medium, AtLeast(0)).ClusterWide().Used("Memory for reading and writing of all cleaner threads."),
        Double("log.cleaner.io.max.bytes.per.second", double.MaxValue, Medium).ClusterWide().Used("Bytes that compaction reads and writes per second at most."),
        Long("log.cleaner.max.compaction.lag.ms", long.MaxValue, Medium, AtLeast(1)).ClusterWide().Used("Age above which a record must be compacted."),
        Double("log.cleaner.min.cleanable.ratio", 0.5, Medium, Between(0, 1)).ClusterWide().Used("Share of dirty bytes from which a log is compacted."),
        Long("log.cleaner.min.compaction.lag.ms", 0, Medium, AtLeast(0)).ClusterWide().Used("Age below which a record is not compacted."),
        Int("log.cleaner.threads", 1, Medium, AtLeast(0)).ClusterWide().Used("Logs that are compacted at the same time."),
    ];
}
