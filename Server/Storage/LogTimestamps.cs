using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>Looks through a log for records by their time.</summary>
sealed class LogTimestamps(LogState state, LogReader reader)
{
    /// <summary>The first record, from the log's start to its end, that is not earlier than a time; null when there is none.</summary>
    public ValueTask<TimestampSearchResult> FindFirstAsync(long timestamp)
    {
        var startOffset = state.Bounds.Read().LogStartOffset;
        return SearchAsync(
            () => SegmentTimes().FindAll(candidate => candidate.MaxTimestamp.Timestamp >= timestamp),
            candidate => TimestampSearch.FindFirst(candidate.Segment, timestamp, startOffset));
    }

    /// <summary>The first record with the greatest timestamp of the log; null when no record has one.</summary>
    public ValueTask<TimestampSearchResult> FindMaxAsync() => SearchAsync(
        () => SegmentTimes().MaxBy(candidate => candidate.MaxTimestamp.Timestamp) is { MaxTimestamp.Timestamp: >= 0 } latest ? [latest] : [],
        candidate => TimestampSearch.FindMax(candidate.Segment, candidate.MaxTimestamp));

    /// <summary>Where the segments begin, oldest first, with the latest time in each.</summary>
    public IReadOnlyList<(long Offset, long MaxTimestamp)> SegmentStarts()
    {
        var logStartOffset = state.Bounds.Read().LogStartOffset;
        return SegmentTimes().ConvertAll(segment => (Math.Max(segment.Segment.BaseOffset, logStartOffset), segment.MaxTimestamp.Timestamp));
    }

    async ValueTask<TimestampSearchResult> SearchAsync(Func<List<SegmentTime>> candidates, Func<SegmentTime, OffsetAtTimestamp?> find)
    {
        if (state.Directory.IsOffline)
            return new(ErrorCode.KafkaStorageError, null);
        try
        {
            return new(ErrorCode.None, await reader.SearchAsync(candidates, find).ConfigureAwait(false));
        }
        catch (IOException e)
        {
            state.Fail(e);
            return new(ErrorCode.KafkaStorageError, null);
        }
        catch (InvalidRecordException e)
        {
            state.Environment.Logger.LogError(e, "Records of {Partition} are corrupt", state.Partition);
            return new(ErrorCode.CorruptMessage, null);
        }
    }

    List<SegmentTime> SegmentTimes()
    {
        lock (state.AppendLock)
            return [.. state.Segments.All.ToArray().Select(segment => new SegmentTime(segment, segment.MaxTimestamp))];
    }
}
