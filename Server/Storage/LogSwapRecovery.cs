using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// Ends what a crash has interrupted while a cleaned segment took the place of others: files that are only cleaned do not count, those that have become <c>.swap</c> do.
/// </summary>
sealed class LogSwapRecovery(TopicPartition partition, IFileSystem files, string path, ILogger logger)
{
    public void Run()
    {
        var names = files.ListFiles(path);
        var swaps = Take(names, LogFiles.SwapSuffix);
        var cleaned = Take(names, LogFiles.CleanedSuffix);
        if (swaps.Count + cleaned.Count == 0)
            return;
        // Segments are renamed from the last to the first: while one is only cleaned, those from it on have not all been renamed.
        var minCleaned = cleaned.Count == 0 ? long.MaxValue : cleaned.Min(file => file.BaseOffset);
        var unfinished = swaps.FindAll(file => file.BaseOffset >= minCleaned);
        // In this order: they say that the others do not count.
        Delete(unfinished);
        Delete(cleaned);
        swaps.RemoveAll(unfinished.Contains);
        foreach (var (name, _) in swaps.FindAll(file => LogFiles.OffsetOf(file.Name, LogFiles.LogSuffix + LogFiles.SwapSuffix) is not null))
            DeleteReplaced(name);
        Rename(swaps);
    }

    static List<(string Name, long BaseOffset)> Take(IReadOnlyList<string> names, string fileSuffix)
    {
        var taken = new List<(string, long)>();
        foreach (var name in names)
        {
            foreach (var suffix in LogFiles.SegmentSuffixes)
            {
                if (LogFiles.OffsetOf(name, suffix + fileSuffix) is { } baseOffset)
                    taken.Add((name, baseOffset));
            }
        }

        return taken;
    }

    void Delete(List<(string Name, long BaseOffset)> doomed)
    {
        foreach (var (name, _) in doomed)
            files.DeleteFile(Path.Combine(path, name));
        if (doomed.Count > 0)
            files.FlushDirectory(path);
    }

    /// <summary>Deletes the segments whose offsets a new one has taken over. Those that end behind it have nothing that would have to go.</summary>
    void DeleteReplaced(string swap)
    {
        var baseOffset = LogFiles.OffsetOf(swap, LogFiles.LogSuffix + LogFiles.SwapSuffix)!.Value;
        var endOffset = EndOf(swap, baseOffset);
        logger.LogInformation("Segment {Offset} of {Partition} has been cleaned up to offset {EndOffset}: it is put in place now", baseOffset, partition, endOffset);
        foreach (var (name, replaced) in Take(files.ListFiles(path), ""))
        {
            // Those of the same name are overwritten, unless the new one has been renamed already.
            if (replaced > baseOffset && replaced < endOffset)
                files.DeleteFile(Path.Combine(path, name));
        }

        files.FlushDirectory(path);
    }

    long EndOf(string name, long baseOffset)
    {
        using var file = files.Open(Path.Combine(path, name));
        return new SegmentReader(file, (int)Math.Min(file.Length, int.MaxValue)).FindEnd(0, baseOffset).Offset;
    }

    void Rename(List<(string Name, long BaseOffset)> swaps)
    {
        foreach (var (name, _) in swaps)
        {
            var swapped = Path.Combine(path, name);
            files.RenameFile(swapped, swapped[..^LogFiles.SwapSuffix.Length]);
        }

        files.FlushDirectory(path);
    }
}
