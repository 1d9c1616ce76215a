namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>Puts neighbouring segments together that will fit into one, so that segments do not get ever smaller from cleaning to cleaning.</summary>
static class SegmentGroups
{
    public static List<List<LogSegment>> Of(IReadOnlyList<LogSegment> segments, int maxSegmentBytes, int maxIndexBytes, long firstUncleanableOffset)
    {
        var groups = new List<List<LogSegment>>();
        var size = default(GroupSize);
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            // Where a segment ends is not known without reading it; the next one's start is a bound.
            var lastOffset = (i + 1 < segments.Count ? segments[i + 1].BaseOffset : firstUncleanableOffset) - 1;
            var grown = size.With(segment);
            var fits = groups.Count > 0 && grown.IsWithin(maxSegmentBytes, maxIndexBytes) && (segment.Size == 0 || groups[^1][0].CanHold(lastOffset));
            if (!fits)
                groups.Add([]);
            groups[^1].Add(segment);
            size = fits ? grown : default(GroupSize).With(segment);
        }

        return groups;
    }

    readonly record struct GroupSize(long Log, long OffsetIndex, long TimeIndex)
    {
        public GroupSize With(LogSegment segment) => new(
            Log + segment.Size,
            OffsetIndex + (long)segment.OffsetIndex.File.Count * Storage.OffsetIndex.EntrySize,
            TimeIndex + (long)segment.TimeIndex.File.Count * Storage.TimeIndex.EntrySize);

        public bool IsWithin(int maxSegmentBytes, int maxIndexBytes) => Log <= maxSegmentBytes && OffsetIndex <= maxIndexBytes && TimeIndex <= maxIndexBytes;
    }
}
