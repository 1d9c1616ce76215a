namespace NettyKafka.Server.Storage;

/// <summary>
/// Deletes segments that are no longer part of a log: at once by name, so that a broker that starts does not find them, and from the disk after a delay.
/// </summary>
sealed class SegmentDeletion(LogDirectory directory, string path, LogEnvironment environment)
{
    readonly Lock filesLock = new();
    bool isDiscarded;

    /// <summary>From now on no file is touched: the log's directory goes as a whole, and another log may take its name.</summary>
    public void Discard()
    {
        lock (filesLock)
            isDiscarded = true;
    }

    public void Delete(List<LogSegment> segments, long delayMs)
    {
        if (segments.Count == 0)
            return;
        Rename(segments);
        // What could not be renamed keeps its files: recovery decides about them.
        if (!directory.IsOffline)
            DeleteFiles(segments, delayMs);
    }

    /// <summary>
    /// Puts a cleaned segment in the place of those it was made from, which are deleted. Whenever the power goes, the log is found as it was or as it is to be: names
    /// are durable step by step. False when <paramref name="tryReplace"/> finds that the log has changed meanwhile.
    /// </summary>
    /// <exception cref="IOException">It is for the next start to finish.</exception>
    public bool TrySwap(LogSegment cleaned, List<LogSegment> replaced, long delayMs, Func<bool> tryReplace)
    {
        lock (filesLock)
        {
            if (isDiscarded || !tryReplace())
                return false;
            cleaned.ChangeSuffix(LogFiles.SwapSuffix);
            directory.Files.FlushDirectory(path);
            // All of the old ones are gone before the new one has its name: next to one of them it would look like offsets that go back.
            RenameAll(replaced);
            cleaned.ChangeSuffix("");
            directory.Files.FlushDirectory(path);
        }

        DeleteFiles(replaced, delayMs);
        return true;
    }

    void DeleteFiles(List<LogSegment> segments, long delayMs)
    {
        if (delayMs > 0)
            environment.Later(directory.Files, delayMs, () => Delete(segments));
        else
            Delete(segments);
    }

    void Rename(List<LogSegment> segments)
    {
        lock (filesLock)
        {
            if (!isDiscarded && !directory.IsOffline)
                directory.Guard(() => RenameAll(segments));
        }
    }

    void RenameAll(List<LogSegment> segments)
    {
        foreach (var segment in segments)
            segment.RenameToDeleted();
        // A crash must not bring them back: the log start would go back with them.
        directory.Files.FlushDirectory(path);
    }

    void Delete(List<LogSegment> segments)
    {
        lock (filesLock)
            directory.Guard(() => segments.ForEach(End));
    }

    void End(LogSegment segment)
    {
        if (isDiscarded)
            segment.Dispose();
        else
            segment.Delete();
    }
}
