namespace NettyKafka.Server.Storage;

/// <summary>What a log is made of, once its files are loaded and recovered.</summary>
sealed record LoadedLog(
    string Path,
    IReadOnlyList<LogSegment> Segments,
    LeaderEpochCache Epochs,
    ProducerStateManager Producers,
    long LogStartOffset,
    long RecoveryPoint,
    long LogEndOffset);

/// <summary>What the checkpoints say about a log that is to be loaded; all zero for a new one.</summary>
public readonly record struct LogCheckpoints(long LogStartOffset, long RecoveryPoint, bool HadCleanShutdown);
