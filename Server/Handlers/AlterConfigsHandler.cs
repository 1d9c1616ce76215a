using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Handlers;

/// <summary>AlterConfigs v0-2: the configs of a topic, broker, group or metrics subscription become those of the request, and those it does not name go.</summary>
public sealed class AlterConfigsHandler(ConfigChanges changes) : IHandler<AlterConfigsRequest, AlterConfigsResponse>
{
    public async ValueTask<AlterConfigsResponse?> HandleAsync(AlterConfigsRequest request, RequestContext context)
    {
        var results = await changes.AlterAsync(request.Resources.ConvertAll(ChangeOf), request.ValidateOnly, context);
        return new()
        {
            Responses =
            [
                .. request.Resources.Zip(results, (resource, result) => new AlterConfigsResponse.AlterConfigsResourceResponse
                {
                    ErrorCode = result.Error,
                    ErrorMessage = result.Message,
                    ResourceType = resource.ResourceType,
                    ResourceName = resource.ResourceName,
                }),
            ],
        };
    }

    static ConfigChange ChangeOf(AlterConfigsRequest.AlterConfigsResource resource) => new(
        new((ConfigResourceType)resource.ResourceType, resource.ResourceName),
        resource.Configs.ConvertAll(config => new ConfigChange.Entry(config.Name, AlterConfigOp.Set, config.Value)),
        replacesAll: true);
}
