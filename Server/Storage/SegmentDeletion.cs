namespace NettyKafka.Server.Storage;

/// <summary>
/// Deletes segments that are no longer part of a log: at once by name, so that a broker that starts does not find them, and from the disk after a delay.
/// </summary>
sealed class SegmentDeletion(LogDirectory directory, LogEnvironment environment)
{
    readonly Lock filesLock = new();
    bool isDiscarded;

    /// <summary>From now on no file is touched: the log's directory goes as a whole, and another log may take its name.</summary>
    public void Discard()
    {
        lock (filesLock)
            isDiscarded = true;
    }

    public async ValueTask DeleteAsync(List<LogSegment> segments, long delayMs)
    {
        if (segments.Count == 0)
            return;
        if (directory.Files.IsInMemory)
            Rename(segments);
        else
            await environment.Executor.RunAsync(Rename, segments).ConfigureAwait(false);

        if (delayMs > 0)
            DeleteLater(segments, delayMs);
        else
            Delete(segments);
    }

    bool Rename(List<LogSegment> segments)
    {
        lock (filesLock)
        {
            if (isDiscarded)
                return true;
            try
            {
                foreach (var segment in segments)
                    segment.RenameToDeleted();
            }
            catch (IOException e)
            {
                directory.Fail(e);
            }
        }

        return !directory.IsOffline;
    }

    void DeleteLater(List<LogSegment> segments, long delayMs)
    {
        ITimer? timer = null;
        timer = environment.Time.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                environment.Executor.Post(() => Delete(segments));
            },
            state: null,
            TimeSpan.FromMilliseconds(delayMs),
            Timeout.InfiniteTimeSpan);
    }

    void Delete(List<LogSegment> segments)
    {
        lock (filesLock)
        {
            try
            {
                foreach (var segment in segments)
                    End(segment);
            }
            catch (IOException e)
            {
                directory.Fail(e);
            }
        }
    }

    void End(LogSegment segment)
    {
        if (isDiscarded)
            segment.Dispose();
        else
            segment.Delete();
    }
}
