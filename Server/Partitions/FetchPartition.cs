using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Partitions;

/// <summary>Which partition a fetch means: by topic id from version 13 on (the name is empty then), by name before.</summary>
public readonly record struct FetchKey(Uuid TopicId, string Topic, int Partition);

/// <summary>One partition of a fetch: what is asked, and in a session also what was answered last.</summary>
public sealed class FetchPartition(FetchKey key)
{
    const long Unknown = -1;

    public FetchKey Key => key;

    public long FetchOffset { get; set; }

    public int MaxBytes { get; set; }

    public int CurrentLeaderEpoch { get; set; } = -1;

    public int LastFetchedEpoch { get; set; } = -1;

    /// <summary>As answered last.</summary>
    public long HighWatermark { get; private set; } = Unknown;

    /// <inheritdoc cref="HighWatermark" />
    public long LogStartOffset { get; private set; } = Unknown;

    public void Update(FetchPartition wanted)
    {
        FetchOffset = wanted.FetchOffset;
        MaxBytes = wanted.MaxBytes;
        CurrentLeaderEpoch = wanted.CurrentLeaderEpoch;
        LastFetchedEpoch = wanted.LastFetchedEpoch;
    }

    /// <summary>Notes an answer; true if it says anything new, so that an incremental response has to hold it.</summary>
    public bool Answer(long highWatermark, long logStartOffset, bool hasRecords, ErrorCode error, bool isNotice)
    {
        var isNew = hasRecords || isNotice || error != ErrorCode.None || HighWatermark != highWatermark || LogStartOffset != logStartOffset;
        // After an error the next good answer is news, whatever its high watermark.
        HighWatermark = error == ErrorCode.None ? highWatermark : Unknown;
        LogStartOffset = logStartOffset;
        return isNew;
    }
}
