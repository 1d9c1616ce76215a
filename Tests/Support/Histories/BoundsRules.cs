namespace NettyKafka.Tests.Support.Histories;

/// <summary>
/// Log start &lt;= last stable offset &lt;= high watermark &lt;= log end (bounds-order), and none of them goes back (bounds-monotonic); only what was above the high watermark may a
/// crash take. In the end no transaction is open (hanging-transaction).
/// </summary>
static class BoundsRules
{
    public static IEnumerable<Violation> Check(History history)
    {
        foreach (var partition in history.Bounds.GroupBy(observed => observed.Partition))
        {
            HistoryBounds? before = null;
            foreach (var observed in partition)
            {
                if (Order(observed) is { } disorder)
                    yield return disorder;
                if (before is not null && GoesBack(before, observed) is { } what)
                    yield return new("bounds-monotonic", $"the {what} of {partition.Key} went back: {observed.Bounds} after {before.Bounds}");
                before = observed;
            }

            if (before is { Bounds: var last } && before.At > history.SettledAt && last.LastStableOffset != last.HighWatermark)
                yield return new("hanging-transaction", $"{partition.Key} ends with {last}");
        }
    }

    static Violation? Order(HistoryBounds observed)
    {
        var bounds = observed.Bounds;
        return bounds.LogStartOffset <= bounds.LastStableOffset && bounds.LastStableOffset <= bounds.HighWatermark && bounds.HighWatermark <= bounds.LogEndOffset
            ? null
            : new("bounds-order", $"{observed.Partition} has {bounds}");
    }

    static string? GoesBack(HistoryBounds before, HistoryBounds after)
    {
        var (was, isNow) = (before.Bounds, after.Bounds);
        var leastEnd = before.Crashes == after.Crashes ? was.LogEndOffset : was.HighWatermark;
        if (isNow.LogStartOffset < was.LogStartOffset)
            return "log start offset";
        if (isNow.LastStableOffset < was.LastStableOffset)
            return "last stable offset";
        if (isNow.HighWatermark < was.HighWatermark)
            return "high watermark";
        return isNow.LogEndOffset < leastEnd ? "log end offset" : null;
    }
}
