namespace NettyKafka.Server.Storage;

/// <summary>
/// Lets all who wait for a flush share it, whatever log and connection they belong to: while one round of flushes runs, the next one gathers. The logs of a round
/// are flushed side by side, so that the file system commits them together.
/// </summary>
public sealed class GroupCommit(BlockingExecutor executor)
{
    const int ThreadsPerRound = 4;

    readonly Lock gate = new();
    Dictionary<LogFlush, Waiting> gathering = [];
    bool isRunning;

    /// <summary>False when the flush failed and the directory is offline.</summary>
    internal Task<bool> FlushAsync(LogFlush log, long offset)
    {
        Task<bool> flushed;
        bool starts;
        lock (gate)
        {
            if (!gathering.TryGetValue(log, out var waiting))
                gathering.Add(log, waiting = new(log));
            waiting.Offset = Math.Max(waiting.Offset, offset);
            flushed = waiting.Completion.Task;
            starts = !isRunning;
            isRunning = true;
        }

        if (starts && !executor.TryPost(RunRounds))
            RunRounds();
        return flushed;
    }

    void RunRounds()
    {
        while (TakeRound() is { } round)
        {
            using var work = new Round(round);
            for (var helpers = Math.Min(ThreadsPerRound, round.Length) - 1; helpers > 0; helpers--)
                executor.Post(work.Run);
            work.Run();
            work.WaitForOthers();
            foreach (var waiting in round)
                waiting.Complete();
        }
    }

    Waiting[]? TakeRound()
    {
        lock (gate)
        {
            if (gathering.Count == 0)
            {
                isRunning = false;
                return null;
            }

            Waiting[] round = [.. gathering.Values];
            gathering = [];
            return round;
        }
    }

    /// <summary>All who wait for the same log.</summary>
    sealed class Waiting(LogFlush log)
    {
        bool succeeded;
        Exception? failure;

        public TaskCompletionSource<bool> Completion { get; } = new();

        public long Offset { get; set; }

        public void Flush()
        {
            try
            {
                succeeded = log.Flush(Offset);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }

        public void Complete()
        {
            if (failure is null)
                Completion.SetResult(succeeded);
            else
                Completion.SetException(failure);
        }
    }

    /// <summary>The flushes of a round, each taken by the thread that comes first: the one that waits in the end has none left to wait for but those under way.</summary>
    sealed class Round(Waiting[] waiting) : IDisposable
    {
        readonly CountdownEvent flushed = new(waiting.Length);
        int next = -1;

        public void Run()
        {
            for (var index = Interlocked.Increment(ref next); index < waiting.Length; index = Interlocked.Increment(ref next))
            {
                waiting[index].Flush();
                flushed.Signal();
            }
        }

        public void WaitForOthers() => flushed.Wait();

        public void Dispose() => flushed.Dispose();
    }
}
