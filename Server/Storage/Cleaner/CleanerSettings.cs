using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>The broker's <c>log.cleaner.*</c> configs that are no topic's.</summary>
public sealed record CleanerSettings
{
    public bool IsEnabled { get; init; } = true;

    public int Threads { get; init; } = 1;

    public long BackoffMs { get; init; } = 15_000;

    public long DedupeBufferSize { get; init; } = 128 << 20;

    public double DedupeBufferLoadFactor { get; init; } = 0.9;

    public int IoBufferSize { get; init; } = 512 << 10;

    public double MaxIoBytesPerSecond { get; init; } = double.MaxValue;

    public static CleanerSettings Of(BrokerConfig config) => new()
    {
        IsEnabled = config.LogCleanerEnable,
        Threads = config.LogCleanerThreads,
        BackoffMs = config.LogCleanerBackoffMs,
        DedupeBufferSize = config.LogCleanerDedupeBufferSize,
        DedupeBufferLoadFactor = config.LogCleanerIoBufferLoadFactor,
        IoBufferSize = config.LogCleanerIoBufferSize,
        MaxIoBytesPerSecond = config.LogCleanerIoMaxBytesPerSecond,
    };
}
