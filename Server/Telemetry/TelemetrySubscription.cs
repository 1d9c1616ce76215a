using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Telemetry;

/// <summary>What a client is asked to push.</summary>
public readonly record struct TelemetrySubscription(ErrorCode Error, Uuid ClientInstanceId, int SubscriptionId, int PushIntervalMs, IReadOnlyList<string> RequestedMetrics)
{
    public static TelemetrySubscription Failed(ErrorCode error) => new(error, default, 0, 0, []);
}
