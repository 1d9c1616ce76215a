namespace NettyKafka.Server.Security.Quotas;

/// <summary>Milliseconds that only go forward.</summary>
sealed class QuotaClock(TimeProvider time)
{
    readonly long started = time.GetTimestamp();

    public long NowMs => (long)time.GetElapsedTime(started).TotalMilliseconds;
}
