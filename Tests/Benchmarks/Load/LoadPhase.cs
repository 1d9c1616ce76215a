namespace NettyKafka.Benchmarks.Load;

/// <summary>Tells the connections of a load whether they warm up, are measured or come to their end; the first failure ends it for all.</summary>
sealed class LoadPhase(long maxRequestsPerConnection) : IDisposable
{
    readonly ManualResetEventSlim stopping = new();
    volatile bool isMeasuring;
    volatile Exception? failure;

    public bool IsMeasuring => isMeasuring;

    public bool IsStopping => stopping.IsSet;

    public long MaxRequestsPerConnection => maxRequestsPerConnection;

    public void StartMeasuring() => isMeasuring = true;

    public void Stop() => stopping.Set();

    public void Fail(Exception exception)
    {
        failure ??= exception;
        Stop();
    }

    public void Wait(TimeSpan time) => stopping.Wait(time);

    public void EndMeasuring()
    {
        isMeasuring = false;
        Stop();
    }

    public void ThrowIfFailed()
    {
        if (failure is not null)
            throw new InvalidOperationException($"The load failed: {failure.Message}", failure);
    }

    public void Dispose() => stopping.Dispose();
}
