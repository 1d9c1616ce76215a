namespace NettyKafka.Testing;

/// <summary>Wakes those that wait for a condition whenever what it depends on has changed. Waits by the system's clock: the broker's may stand still.</summary>
sealed class ChangeSignal
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set() => Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <exception cref="TimeoutException">The condition is not met in time.</exception>
    public async Task WaitUntilAsync(Func<bool> condition, Func<string> describe, TimeSpan? timeout, CancellationToken cancellation)
    {
        using var expired = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        expired.CancelAfter(timeout ?? DefaultTimeout);
        while (true)
        {
            var next = Volatile.Read(ref changed).Task;
            if (condition())
                return;
            try
            {
                await next.WaitAsync(expired.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException(describe());
            }
        }
    }
}
