namespace NettyKafka.Server.Config;

/// <summary>The effective configuration of one topic, under Kafka's names.</summary>
public sealed record TopicConfig
{
    public static readonly TopicConfig Default = new();

    /// <summary>delete, compact or both, separated by a comma; empty keeps everything.</summary>
    public string CleanupPolicy { get; init; } = "delete";

    public bool IsCompacted => CleanupPolicy.Contains("compact", StringComparison.Ordinal);

    public bool IsDeleted => CleanupPolicy.Contains("delete", StringComparison.Ordinal);

    public int CompressionGzipLevel { get; init; } = -1;

    public int CompressionLz4Level { get; init; } = 9;

    public string CompressionType { get; init; } = "producer";

    public int CompressionZstdLevel { get; init; } = 3;

    public long DeleteRetentionMs { get; init; } = 86_400_000;

    public long FileDeleteDelayMs { get; init; } = 60_000;

    public long FlushMessages { get; init; } = long.MaxValue;

    public long FlushMs { get; init; } = long.MaxValue;

    public int IndexIntervalBytes { get; init; } = 4096;

    public long MaxCompactionLagMs { get; init; } = long.MaxValue;

    public int MaxMessageBytes { get; init; } = 1_048_588;

    public long MessageTimestampAfterMaxMs { get; init; } = 3_600_000;

    public long MessageTimestampBeforeMaxMs { get; init; } = long.MaxValue;

    public bool MessageTimestampTypeIsLogAppendTime { get; init; }

    public double MinCleanableDirtyRatio { get; init; } = 0.5;

    public long MinCompactionLagMs { get; init; }

    public int MinInsyncReplicas { get; init; } = 1;

    public bool Preallocate { get; init; }

    public long RetentionBytes { get; init; } = -1;

    public long RetentionMs { get; init; } = 604_800_000;

    public int SegmentBytes { get; init; } = 1 << 30;

    public int SegmentIndexBytes { get; init; } = 10 << 20;

    public long SegmentJitterMs { get; init; }

    public long SegmentMs { get; init; } = 604_800_000;

    /// <summary>When the active segment is rolled at the latest: compaction reaches only what is behind it.</summary>
    public long MaxSegmentMs => IsCompacted ? Math.Min(MaxCompactionLagMs, SegmentMs) : SegmentMs;

    /// <summary>The broker's defaults under the topic's own settings, which have been validated before.</summary>
    public static TopicConfig Create(BrokerConfig broker, IReadOnlyDictionary<string, string> overrides) =>
        overrides.Count == 0 ? broker.DefaultTopicConfig : Create(BrokerSettings.Merge(broker.TopicDefaults, overrides));

    internal static TopicConfig Create(IReadOnlyDictionary<string, string> settings)
    {
        var values = new ConfigValues(TopicConfigs.Definition, settings);
        return new()
        {
            CleanupPolicy = string.Join(',', values.List("cleanup.policy")),
            CompressionGzipLevel = values.Int("compression.gzip.level"),
            CompressionLz4Level = values.Int("compression.lz4.level"),
            CompressionType = values.Text("compression.type"),
            CompressionZstdLevel = values.Int("compression.zstd.level"),
            DeleteRetentionMs = values.Long("delete.retention.ms"),
            FileDeleteDelayMs = values.Long("file.delete.delay.ms"),
            FlushMessages = values.Long("flush.messages"),
            FlushMs = values.Long("flush.ms"),
            IndexIntervalBytes = values.Int("index.interval.bytes"),
            MaxCompactionLagMs = values.Long("max.compaction.lag.ms"),
            MaxMessageBytes = values.Int("max.message.bytes"),
            MessageTimestampAfterMaxMs = values.Long("message.timestamp.after.max.ms"),
            MessageTimestampBeforeMaxMs = values.Long("message.timestamp.before.max.ms"),
            MessageTimestampTypeIsLogAppendTime = values.Text("message.timestamp.type") == "LogAppendTime",
            MinCleanableDirtyRatio = values.Double("min.cleanable.dirty.ratio"),
            MinCompactionLagMs = values.Long("min.compaction.lag.ms"),
            MinInsyncReplicas = values.Int("min.insync.replicas"),
            Preallocate = values.Boolean("preallocate"),
            RetentionBytes = values.Long("retention.bytes"),
            RetentionMs = values.Long("retention.ms"),
            SegmentBytes = values.Int("segment.bytes"),
            SegmentIndexBytes = values.Int("segment.index.bytes"),
            SegmentJitterMs = values.Long("segment.jitter.ms"),
            SegmentMs = values.Long("segment.ms"),
        };
    }
}
