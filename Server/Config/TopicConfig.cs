namespace NettyKafka.Server.Config;

/// <summary>The effective configuration of one topic, under Kafka's names.</summary>
public sealed record TopicConfig
{
    public static readonly TopicConfig Default = new();

    public string CleanupPolicy { get; init; } = "delete";

    public string CompressionType { get; init; } = "producer";

    public long DeleteRetentionMs { get; init; } = 86_400_000;

    public long FileDeleteDelayMs { get; init; } = 60_000;

    public long FlushMessages { get; init; } = long.MaxValue;

    public long FlushMs { get; init; } = long.MaxValue;

    public int IndexIntervalBytes { get; init; } = 4096;

    public int MaxMessageBytes { get; init; } = 1_048_588;

    public long MessageTimestampAfterMaxMs { get; init; } = 3_600_000;

    public long MessageTimestampBeforeMaxMs { get; init; } = long.MaxValue;

    public bool MessageTimestampTypeIsLogAppendTime { get; init; }

    public int MinInsyncReplicas { get; init; } = 1;

    public bool Preallocate { get; init; }

    public long RetentionBytes { get; init; } = -1;

    public long RetentionMs { get; init; } = 604_800_000;

    public int SegmentBytes { get; init; } = 1 << 30;

    public int SegmentIndexBytes { get; init; } = 10 << 20;

    public long SegmentJitterMs { get; init; }

    public long SegmentMs { get; init; } = 604_800_000;
}
