using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>What a read found: whole batches, which the receiver releases, and the log's bounds when it began.</summary>
public readonly record struct FetchDataInfo(ErrorCode Error, Records Records, LogBounds Bounds)
{
    /// <summary>The aborted transactions among the records, for a read of committed ones; null for any other.</summary>
    public IReadOnlyList<AbortedTransaction>? AbortedTransactions { get; init; }

    public static FetchDataInfo Failed(ErrorCode error, LogBounds bounds) => new(error, Records.Empty, bounds);
}
