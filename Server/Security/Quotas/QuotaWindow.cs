namespace NettyKafka.Server.Security.Quotas;

/// <summary>What rates are averaged over: a number of samples, each so long.</summary>
public readonly record struct QuotaWindow(int Samples, long SampleMs)
{
    public long LengthMs => Samples * SampleMs;
}
