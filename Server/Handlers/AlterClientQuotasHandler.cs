using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>AlterClientQuotas v0-1. Each entity is altered as a whole or not at all; a quota counts as soon as the answer is given.</summary>
public sealed class AlterClientQuotasHandler(ClusterMetadata cluster) : IHandler<AlterClientQuotasRequest, AlterClientQuotasResponse>
{
    public async ValueTask<AlterClientQuotasResponse?> HandleAsync(AlterClientQuotasRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.AlterConfigs))
            return Refused(request, ErrorCode.ClusterAuthorizationFailed, "Cluster authorization failed.");
        var (error, plans) = await cluster.ChangeAsync(image => Plan(image, request));
        return error == ErrorCode.None
            ? new() { Entries = plans.ConvertAll(plan => EntryOf(plan.Entity.Parts, plan.Error, plan.Message)) }
            : Refused(request, error, null);
    }

    static (IReadOnlyList<MetadataRecord> Records, List<ClientQuotaAlteration.Plan> Plans) Plan(ClusterImage image, AlterClientQuotasRequest request)
    {
        var plans = new ClientQuotaAlteration(image).Alter(request.Entries);
        return (request.ValidateOnly ? [] : [.. plans.SelectMany(plan => plan.Records)], plans);
    }

    static AlterClientQuotasResponse Refused(AlterClientQuotasRequest request, ErrorCode error, string? message) => new()
    {
        Entries = request.Entries.ConvertAll(entry => EntryOf(entry.Entity.Select(part => KeyValuePair.Create(part.EntityType, part.EntityName)), error, message)),
    };

    static AlterClientQuotasResponse.EntryData EntryOf(IEnumerable<KeyValuePair<string, string?>> entity, ErrorCode error, string? message) => new()
    {
        ErrorCode = error,
        ErrorMessage = message,
        Entity = [.. entity.Select(part => new AlterClientQuotasResponse.EntityData { EntityType = part.Key, EntityName = part.Value })],
    };
}
