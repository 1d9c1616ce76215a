namespace NettyKafka.Benchmarks.Storage;

/// <summary>How much the storage benchmarks do. Bytes are those of one round, or of the data that all rounds share.</summary>
sealed record StoragePlan
{
    const long Megabyte = 1_000_000;

    /// <summary>Less than five minutes; 11 GB of disk.</summary>
    public static StoragePlan Full { get; } = new();

    /// <summary>Less than a minute; for a look, not for a comparison.</summary>
    public static StoragePlan Quick { get; } = new()
    {
        Rounds = 3,
        RoundsOfLong = 1,
        AppendBytes = 128 * Megabyte,
        ReadBytes = 128 * Megabyte,
        RecoveryBytes = 1000 * Megabyte,
        Partitions = 500,
        OpenBytes = 200 * Megabyte,
        CommitWindow = TimeSpan.FromSeconds(0.25),
        CompactionBytes = 32 * Megabyte,
        HotWindow = TimeSpan.FromSeconds(0.75),
    };

    public int Rounds { get; private init; } = 5;

    /// <summary>Rounds of what takes seconds each.</summary>
    public int RoundsOfLong { get; private init; } = 3;

    public long AppendBytes { get; private init; } = 512 * Megabyte;

    public long ReadBytes { get; private init; } = 512 * Megabyte;

    public long RecoveryBytes { get; private init; } = 10_000 * Megabyte;

    public int Partitions { get; private init; } = 5000;

    /// <summary>The larger of the two logs that are opened beside each other.</summary>
    public long OpenBytes { get; private init; } = 1000 * Megabyte;

    public TimeSpan CommitWindow { get; private init; } = TimeSpan.FromSeconds(0.5);

    public long CompactionBytes { get; private init; } = 256 * Megabyte;

    public TimeSpan HotWindow { get; private init; } = TimeSpan.FromSeconds(2);
}
