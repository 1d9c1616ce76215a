namespace NettyKafka.Server.Security.Quotas;

/// <summary>The quotas of all clients on partitions that they create or delete (KIP-599).</summary>
public sealed class MutationQuotas
{
    readonly QuotaSensors<TokenBucket> sensors;
    readonly QuotaClock clock;

    internal MutationQuotas(QuotaSensors<TokenBucket> sensors, QuotaClock clock) => (this.sensors, this.clock) = (sensors, clock);

    /// <summary>The quota that counts for a client, for one request; null if none does. A strict one refuses what an overdrawn quota cannot give; the other only throttles.</summary>
    public MutationQuota? Find(string user, string? clientId, bool isStrict) =>
        sensors.Find(user, clientId, out var limit) is { } bucket ? new(bucket, limit, clock, isStrict) : null;
}
