namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>What one cleaning of a log has read, kept and dropped.</summary>
public sealed class CleanerStats
{
    /// <summary>The log is clean below this offset.</summary>
    public long EndOffset { get; internal set; }

    public long MapBytesRead { get; internal set; }

    public long MapRecordsRead { get; internal set; }

    /// <summary>How full the map of keys was, of what its memory allows.</summary>
    public double MapUtilization { get; internal set; }

    public long BytesRead { get; internal set; }

    public long RecordsRead { get; internal set; }

    public long BytesWritten { get; internal set; }

    public long RecordsWritten { get; internal set; }

    /// <summary>Records without a key, which have no place in a compacted log and are dropped.</summary>
    public long InvalidRecords { get; internal set; }
}
