using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Telemetry;

namespace NettyKafka.Server.Handlers;

/// <summary>PushTelemetry v0. The metrics are decompressed and read off the event loop, and kept as the client's last ones.</summary>
public sealed class PushTelemetryHandler(ClientTelemetry telemetry, BlockingExecutor executor) : IHandler<PushTelemetryRequest, PushTelemetryResponse>
{
    public async ValueTask<PushTelemetryResponse?> HandleAsync(PushTelemetryRequest request, RequestContext context)
    {
        var push = telemetry.Push(
            GetTelemetrySubscriptionsHandler.MetadataOf(request.ClientInstanceId, context), request.SubscriptionId, request.Terminating, request.CompressionType, request.Metrics.Length, context.Closed);
        if (push.Error != ErrorCode.None || request.Metrics.Length == 0)
            return new() { ErrorCode = push.Error };
        return new()
        {
            ErrorCode = await executor.RunAsync(static work => work.Push.Accept((CompressionType)work.Request.CompressionType, work.Request.Metrics), (Push: push, Request: request)),
        };
    }
}
