namespace NettyKafka.Server.Security.Quotas;

/// <summary>The quotas of all clients on the time that their requests take of a thread, in percent of one thread.</summary>
public sealed class RequestTimeQuotas(RateQuotas percentages, TimeProvider time)
{
    const long NotMeasured = -1;

    /// <summary>Begins to measure a request; costs nothing while nobody has such a quota.</summary>
    public long Start() => percentages.IsEnabled ? time.GetTimestamp() : NotMeasured;

    public TimeSpan Elapsed(long started) => started == NotMeasured ? TimeSpan.Zero : time.GetElapsedTime(started);

    /// <summary>Records the time of a request, and answers how long the client is throttled for it.</summary>
    public int Record(string user, string? clientId, TimeSpan elapsed) =>
        elapsed > TimeSpan.Zero && percentages.Find(user, clientId) is { } quota ? quota.Record(elapsed.TotalSeconds * 100) : 0;
}
