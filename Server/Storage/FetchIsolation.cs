namespace NettyKafka.Server.Storage;

/// <summary>How far a read may go.</summary>
public enum FetchIsolation
{
    LogEnd,
    HighWatermark,
    TxnCommitted,
}
