using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// UnregisterController v0. No metadata version that is served here has a record for it, so a controller that a data directory of Kafka remembers stays: UNSUPPORTED_VERSION.
/// Rights: ALTER on the cluster.
/// </summary>
public sealed class UnregisterControllerHandler(ClusterMetadata cluster) : IHandler<UnregisterControllerRequest, UnregisterControllerResponse>
{
    public ValueTask<UnregisterControllerResponse?> HandleAsync(UnregisterControllerRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Alter))
            return new(Failed(ErrorCode.ClusterAuthorizationFailed, "Cluster authorization failed."));
        var image = cluster.Image;
        return new(image.Retained.HasController(request.ControllerId)
            ? Failed(ErrorCode.UnsupportedVersion, $"Controllers cannot be unregistered at metadata.version {image.MetadataVersion}")
            : Failed(ErrorCode.ControllerIdNotRegistered, $"Controller ID {request.ControllerId} is not currently registered"));
    }

    static UnregisterControllerResponse Failed(ErrorCode error, string message) => new() { ErrorCode = error, ErrorMessage = message };
}
