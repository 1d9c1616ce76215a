using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>
/// Reads a log's segments without its lock. What was appended last, since the log was opened, is answered at once: the page cache has those bytes. Any other read goes to the
/// blocking executor, and what it brings is checked.
/// </summary>
sealed class LogReader(LogState state)
{
    const int NearEndBytes = 8 << 20;

    readonly LogSegments segments = state.Segments;
    readonly LogEnvironment environment = state.Environment;
    readonly bool isInMemory = state.Files.IsInMemory;
    readonly long openedAtOffset = state.Bounds.Read().LogEndOffset;
    (long BaseOffset, int Position)? reported;

    /// <summary>Null when the segment has been deleted since.</summary>
    /// <exception cref="InvalidRecordException">What is at the offset is corrupt; it has been logged.</exception>
    public ValueTask<Records?> ReadAsync(long offset, long limitOffset, int maxBytes, bool minOneBatch)
    {
        if (isInMemory || IsNearEnd(offset))
            return new(Read(offset, limitOffset, maxBytes, minOneBatch, isCold: false));
        return new(environment.Executor.RunAsync(
            static read => read.Reader.Read(read.Offset, read.LimitOffset, read.MaxBytes, read.MinOneBatch, isCold: true),
            (Reader: this, Offset: offset, LimitOffset: limitOffset, MaxBytes: maxBytes, MinOneBatch: minOneBatch)));
    }

    /// <summary>Looks through segments one by one until something is found.</summary>
    public ValueTask<OffsetAtTimestamp?> SearchAsync(Func<List<SegmentTime>> candidates, Func<SegmentTime, OffsetAtTimestamp?> find)
    {
        if (isInMemory)
            return new(Search(candidates, find));
        return new(environment.Executor.RunAsync(static search => search.Reader.Search(search.Candidates, search.Find), (Reader: this, Candidates: candidates, Find: find)));
    }

    /// <summary>The aborted transactions that lie in a range of offsets, by the offset of their marker.</summary>
    public List<AbortedTransaction> FindAborted(long offset, long endOffset)
    {
        var found = new List<AbortedTransaction>();
        foreach (var segment in segments.From(offset))
        {
            foreach (var transaction in segment.TransactionIndex.Entries)
            {
                if (transaction.LastOffset >= offset && transaction.FirstOffset < endOffset)
                    found.Add(transaction);
                if (transaction.LastStableOffset >= endOffset)
                    return found;
            }
        }

        return found;
    }

    OffsetAtTimestamp? Search(Func<List<SegmentTime>> candidates, Func<SegmentTime, OffsetAtTimestamp?> find)
    {
        OffsetAtTimestamp? found;
        while (!TrySearch(candidates(), find, out found))
        {
            // A segment has been deleted meanwhile, or a cleaned one has taken its place: those that are there now are looked at.
        }

        return found;
    }

    bool TrySearch(List<SegmentTime> candidates, Func<SegmentTime, OffsetAtTimestamp?> find, out OffsetAtTimestamp? found)
    {
        found = null;
        foreach (var candidate in candidates)
        {
            if (!candidate.Segment.TryRetain())
                return segments.Contains(candidate.Segment);
            try
            {
                found = find(candidate);
            }
            finally
            {
                candidate.Segment.Release();
            }

            if (found is not null)
                return true;
        }

        return true;
    }

    /// <summary>As <see cref="ReadAsync"/>, on this thread.</summary>
    public Records? Read(long offset, long limitOffset, int maxBytes, bool minOneBatch, bool isCold)
    {
        var candidates = segments.From(offset);
        if (candidates[0].BaseOffset > offset)
            return null;
        foreach (var segment in candidates)
        {
            // Gone from the list it has been deleted, or a cleaned one has taken its place.
            if (!segment.TryRetain())
                return segments.Contains(segment) ? null : Read(offset, limitOffset, maxBytes, minOneBatch, isCold);
            try
            {
                if (Read(segment, offset, limitOffset, maxBytes, minOneBatch, isCold) is { } records)
                    return records;
            }
            finally
            {
                segment.Release();
            }
        }

        return Records.Empty;
    }

    /// <summary>Null when all batches of the segment are below the offset.</summary>
    Records? Read(LogSegment segment, long offset, long limitOffset, int maxBytes, bool minOneBatch, bool isCold)
    {
        var reader = segment.Reader;
        var position = 0;
        try
        {
            if (reader.TryFindBatch(offset, segment.OffsetIndex.Lookup(offset).Position, out position, out var batchSize))
                return batchSize > maxBytes && !minOneBatch ? Records.Empty : reader.Read(position, Math.Max(maxBytes, batchSize), limitOffset, environment.Allocator, isCold);
            return position == reader.Size ? null : throw new InvalidRecordException("no whole record batch");
        }
        catch (InvalidRecordException e)
        {
            Report(segment, position, e);
            throw;
        }
    }

    /// <summary>A client asks again and again; the log hears of it once.</summary>
    void Report(LogSegment segment, int position, InvalidRecordException e)
    {
        if (reported == (segment.BaseOffset, position))
            return;
        reported = (segment.BaseOffset, position);
        var file = LogFiles.PathOf(state.Path, segment.BaseOffset, LogFiles.LogSuffix);
        environment.Logger.LogError("{File} is corrupt at position {Position}: {Reason}", file, position, e.Message);
    }

    bool IsNearEnd(long offset)
    {
        var active = segments.Active;
        return offset >= openedAtOffset && offset >= active.BaseOffset && active.OffsetIndex.Lookup(offset).Position >= active.Size - NearEndBytes;
    }
}

/// <summary>A segment and the greatest timestamp it had at one moment.</summary>
readonly record struct SegmentTime(LogSegment Segment, TimestampOffset MaxTimestamp);
