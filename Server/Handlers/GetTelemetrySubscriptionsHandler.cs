using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Telemetry;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// GetTelemetrySubscriptions v0. Always served, since the broker takes the metrics itself: clients that run already learn of a subscription that is made
/// later. Without one they are asked for nothing, and ask again after five minutes.
/// </summary>
public sealed class GetTelemetrySubscriptionsHandler(ClientTelemetry telemetry) : IHandler<GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse>
{
    public ValueTask<GetTelemetrySubscriptionsResponse?> HandleAsync(GetTelemetrySubscriptionsRequest request, RequestContext context)
    {
        var subscription = telemetry.Get(MetadataOf(request.ClientInstanceId, context), context.Closed);
        return new(subscription.Error != ErrorCode.None ? new() { ErrorCode = subscription.Error } : Answer(subscription));
    }

    internal static ClientInstanceMetadata MetadataOf(Uuid clientInstanceId, RequestContext context) =>
        new(clientInstanceId, context.Header.ClientId, context.Connection.ClientSoftwareName, context.Connection.ClientSoftwareVersion, context.Connection.RemoteAddress);

    GetTelemetrySubscriptionsResponse Answer(TelemetrySubscription subscription) => new()
    {
        ClientInstanceId = subscription.ClientInstanceId,
        SubscriptionId = subscription.SubscriptionId,
        AcceptedCompressionTypes = [.. TelemetryPush.AcceptedCompressionTypes.Select(type => (sbyte)type)],
        PushIntervalMs = subscription.PushIntervalMs,
        TelemetryMaxBytes = telemetry.MaxBytes,
        DeltaTemporality = true,
        RequestedMetrics = [.. subscription.RequestedMetrics],
    };
}
