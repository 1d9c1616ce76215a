using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>DescribeClientQuotas v0-1. The quotas as they were set, of the entities that the filter matches.</summary>
public sealed class DescribeClientQuotasHandler(ClusterMetadata cluster) : IHandler<DescribeClientQuotasRequest, DescribeClientQuotasResponse>
{
    public ValueTask<DescribeClientQuotasResponse?> HandleAsync(DescribeClientQuotasRequest request, RequestContext context) => new(Describe(request, context));

    DescribeClientQuotasResponse Describe(DescribeClientQuotasRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.DescribeConfigs))
            return Failed(ErrorCode.ClusterAuthorizationFailed, "Cluster authorization failed.");
        if (!ClientQuotaFilter.TryCreate(request, out var filter, out var error, out var message))
            return Failed(error, message);
        return new()
        {
            Entries = [.. from entity in cluster.Image.ClientQuotas.Entities where filter.Matches(entity.Key) select EntryOf(entity.Key, entity.Value)],
        };
    }

    static DescribeClientQuotasResponse.EntryData EntryOf(ClientQuotaEntity entity, IEnumerable<KeyValuePair<string, double>> quotas) => new()
    {
        Entity = [.. entity.Parts.Select(part => new DescribeClientQuotasResponse.EntityData { EntityType = part.Key, EntityName = part.Value })],
        Values = [.. quotas.Select(quota => new DescribeClientQuotasResponse.ValueData { Key = quota.Key, Value = quota.Value })],
    };

    static DescribeClientQuotasResponse Failed(ErrorCode error, string? message) => new() { ErrorCode = error, ErrorMessage = message, Entries = null };
}
