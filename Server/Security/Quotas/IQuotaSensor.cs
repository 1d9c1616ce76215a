namespace NettyKafka.Server.Security.Quotas;

/// <summary>Keeps what those who share a quota have used of it.</summary>
interface IQuotaSensor
{
    /// <summary>Whether a new one would say the same.</summary>
    bool IsIdle(long nowMs);
}
