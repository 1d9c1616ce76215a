namespace NettyKafka.Testing;

/// <summary>Wakes those that wait for a condition whenever what it depends on has changed. Waits by the system's clock: the broker's may stand still.</summary>
sealed class ChangeSignal
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int waiting;

    /// <summary>Costs nothing while nobody waits.</summary>
    public void Set()
    {
        // Either the change is seen by who begins to wait, or who waits is seen here.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref waiting) > 0)
            Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <exception cref="TimeoutException">The condition is not met in time.</exception>
    public async Task WaitUntilAsync(Func<bool> condition, Func<string> describe, TimeSpan? timeout, CancellationToken cancellation)
    {
        using var expired = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        expired.CancelAfter(timeout ?? DefaultTimeout);
        Interlocked.Increment(ref waiting);
        try
        {
            while (true)
            {
                var next = Volatile.Read(ref changed).Task;
                if (condition())
                    return;
                await next.WaitAsync(expired.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(describe());
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
