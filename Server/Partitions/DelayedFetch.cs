using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>
/// A fetch that has too little to answer yet. It waits on its partitions, not on a timer loop: completed by enough new bytes, by a change of a partition that
/// matters to it, by MaxWaitMs, or by its connection's end.
/// </summary>
public sealed class DelayedFetch : IDisposable
{
    readonly TaskCompletionSource completion = new();
    readonly FetchIsolation isolation;
    readonly List<Partition> watched;
    readonly CancellationTokenRegistration closed;
    readonly ITimer timer;
    long missingBytes;

    public DelayedFetch(long missingBytes, FetchIsolation isolation, TimeSpan maxWait, TimeProvider time, int partitionCount, CancellationToken connectionClosed)
    {
        this.missingBytes = missingBytes;
        this.isolation = isolation;
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

    /// <param name="bytes">How much there is more.</param>
    /// <param name="isStable">Whether it can be read by who reads committed records only.</param>
    /// <param name="endsTransaction">Whether it is a marker: with it more may have become readable than itself.</param>
    public void OnAppended(long bytes, bool isStable, bool endsTransaction)
    {
        if (isolation == FetchIsolation.TxnCommitted && endsTransaction)
            Complete();
        if (isolation == FetchIsolation.TxnCommitted && !isStable)
            return;
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
