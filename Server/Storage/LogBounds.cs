namespace NettyKafka.Server.Storage;

/// <summary>The offsets of a log at one moment: log start &lt;= last stable &lt;= high watermark &lt;= log end.</summary>
public readonly record struct LogBounds(long LogStartOffset, long LastStableOffset, long HighWatermark, long LogEndOffset)
{
    /// <summary>The first offset that a reader may not see.</summary>
    public long LimitOf(FetchIsolation isolation) => isolation switch
    {
        FetchIsolation.HighWatermark => HighWatermark,
        FetchIsolation.TxnCommitted => LastStableOffset,
        _ => LogEndOffset,
    };
}
