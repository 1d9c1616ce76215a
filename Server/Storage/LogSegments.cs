namespace NettyKafka.Server.Storage;

/// <summary>The segments of a log in the order of their base offsets: an array that is replaced when it changes, so that readers need no lock.</summary>
sealed class LogSegments
{
    LogSegment[] segments;

    public LogSegments(IEnumerable<LogSegment> segments) => this.segments = [.. segments];

    /// <summary>All segments at this moment.</summary>
    public ReadOnlySpan<LogSegment> All => Volatile.Read(ref segments);

    public LogSegment First => Volatile.Read(ref segments)[0];

    public LogSegment Active => Volatile.Read(ref segments)[^1];

    /// <summary>The segments from the one an offset falls in on; all of them for an offset before the first.</summary>
    public ReadOnlySpan<LogSegment> From(long offset)
    {
        var current = Volatile.Read(ref segments);
        var (low, high) = (0, current.Length - 1);
        while (low < high)
        {
            var middle = high - (high - low) / 2;
            if (current[middle].BaseOffset <= offset)
                low = middle;
            else
                high = middle - 1;
        }

        return current.AsSpan(low);
    }

    public bool Contains(LogSegment segment) => Array.IndexOf(Volatile.Read(ref segments), segment) >= 0;

    public void Add(LogSegment segment) => Volatile.Write(ref segments, [.. segments, segment]);

    /// <summary>Takes out the segments whose offsets are all below one; the active segment stays.</summary>
    public List<LogSegment> RemoveBelow(long offset)
    {
        var current = segments;
        var count = 0;
        while (count + 1 < current.Length && current[count + 1].BaseOffset <= offset)
            count++;
        if (count > 0)
            Volatile.Write(ref segments, current[count..]);
        return [.. current.AsSpan(0, count)];
    }

    /// <summary>
    /// Puts a cleaned segment in the place of neighbouring ones; false when they are not all there any more, or one of them is active.
    /// </summary>
    public bool TryReplace(List<LogSegment> replaced, LogSegment cleaned)
    {
        var current = segments;
        var first = Array.IndexOf(current, replaced[0]);
        if (first < 0 || first + replaced.Count >= current.Length)
            return false;
        for (var i = 1; i < replaced.Count; i++)
        {
            if (current[first + i] != replaced[i])
                return false;
        }

        Volatile.Write(ref segments, [.. current[..first], cleaned, .. current[(first + replaced.Count)..]]);
        return true;
    }

    /// <summary>Takes out the segments that begin above an offset.</summary>
    public List<LogSegment> RemoveAbove(long offset)
    {
        var current = segments;
        var kept = Array.FindLastIndex(current, segment => segment.BaseOffset <= offset) + 1;
        Volatile.Write(ref segments, current[..kept]);
        return [.. current.AsSpan(kept)];
    }

    /// <summary>Takes out all segments, for one in their place.</summary>
    public List<LogSegment> Replace(LogSegment segment)
    {
        List<LogSegment> before = [.. segments];
        Volatile.Write(ref segments, [segment]);
        return before;
    }
}
