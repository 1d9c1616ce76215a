namespace NettyKafka.Server.Security.Quotas;

/// <summary>A quota on partitions created or deleted, as one request sees it.</summary>
public sealed class MutationQuota
{
    readonly TokenBucket bucket;
    readonly double limit;
    readonly QuotaClock clock;
    readonly bool isStrict;
    long throttleMs;
    long recordedMs;

    internal MutationQuota(TokenBucket bucket, double limit, QuotaClock clock, bool isStrict) =>
        (this.bucket, this.limit, this.clock, this.isStrict) = (bucket, limit, clock, isStrict);

    /// <summary>What is left of the throttle: time may have passed since.</summary>
    public int ThrottleTimeMs => (int)Math.Clamp(throttleMs - (clock.NowMs - recordedMs), 0, int.MaxValue);

    /// <summary>Whether so many partitions may be created or deleted.</summary>
    public bool TryRecord(int partitions)
    {
        var now = clock.NowMs;
        var wait = isStrict ? bucket.TryTake(partitions, limit, now) : bucket.Take(partitions, limit, now);
        if (wait == 0)
            return true;
        (throttleMs, recordedMs) = (wait, now);
        return !isStrict;
    }
}
