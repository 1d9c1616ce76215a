namespace NettyKafka.Server.Partitions;

/// <summary>
/// A fetch that has too little to answer yet. It waits on its partitions, not on a timer loop: completed by enough new bytes, by a change of a partition that
/// matters to it, by MaxWaitMs, or by its connection's end.
/// </summary>
public sealed class DelayedFetch : IDisposable
{
    readonly TaskCompletionSource completion = new();
    readonly List<Partition> watched;
    readonly CancellationTokenRegistration closed;
    readonly ITimer timer;
    long missingBytes;

    public DelayedFetch(long missingBytes, TimeSpan maxWait, TimeProvider time, int partitionCount, CancellationToken connectionClosed)
    {
        this.missingBytes = missingBytes;
        watched = new(partitionCount);
        timer = time.CreateTimer(static state => ((DelayedFetch)state!).Complete(), this, maxWait, Timeout.InfiniteTimeSpan);
        closed = connectionClosed.Register(static state => ((DelayedFetch)state!).Complete(), this);
    }

    public Task Completion => completion.Task;

    public void Watch(Partition partition)
    {
        watched.Add(partition);
        partition.Add(this);
    }

    public void OnAppended(long bytes)
    {
        if (Interlocked.Add(ref missingBytes, -bytes) <= 0)
            Complete();
    }

    public void Complete() => completion.TrySetResult();

    public void Dispose()
    {
        foreach (var partition in watched)
            partition.Remove(this);
        closed.Dispose();
        timer.Dispose();
    }
}
