namespace NettyKafka.Benchmarks.Load;

/// <summary>How long the load runs before and while it is measured; it ends early once <paramref name="MaxBytes"/> have been moved.</summary>
sealed record LoadWindow(TimeSpan WarmUp, TimeSpan Measured, long MaxBytes);
