using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Handlers;

/// <summary>IncrementalAlterConfigs v0-1: sets and deletes single configs of a topic, broker, broker's loggers, group or metrics subscription; appends to lists and takes from them.</summary>
public sealed class IncrementalAlterConfigsHandler(ConfigChanges changes) : IHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
{
    public async ValueTask<IncrementalAlterConfigsResponse?> HandleAsync(IncrementalAlterConfigsRequest request, RequestContext context)
    {
        var results = await changes.AlterAsync(request.Resources.ConvertAll(ChangeOf), request.ValidateOnly, context);
        return new()
        {
            Responses =
            [
                .. request.Resources.Zip(results, (resource, result) => new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
                {
                    ErrorCode = result.Error,
                    ErrorMessage = result.Message,
                    ResourceType = resource.ResourceType,
                    ResourceName = resource.ResourceName,
                }),
            ],
        };
    }

    static ConfigChange ChangeOf(IncrementalAlterConfigsRequest.AlterConfigsResource resource) => new(
        new((ConfigResourceType)resource.ResourceType, resource.ResourceName),
        resource.Configs.ConvertAll(config => new ConfigChange.Entry(config.Name, (AlterConfigOp)config.ConfigOperation, config.Value)),
        replacesAll: false);
}
