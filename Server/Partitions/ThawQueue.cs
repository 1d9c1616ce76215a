namespace NettyKafka.Server.Partitions;

/// <summary>Those who wait for a frozen log to thaw, and those who come while they do: each begins when all before it have.</summary>
sealed class ThawQueue
{
    Task last = Task.CompletedTask;
    int count;

    public bool IsEmpty => Volatile.Read(ref count) == 0;

    /// <summary>Runs what is to wait in its turn; the next turn comes when it is done.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> turn)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Join(end.Task).ConfigureAwait(false);
        try
        {
            return await turn().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref count);
            end.SetResult();
        }
    }

    /// <summary>Takes the place behind all who are there, before its caller does anything else.</summary>
    Task Join(Task end)
    {
        Interlocked.Increment(ref count);
        return Interlocked.Exchange(ref last, end);
    }
}
