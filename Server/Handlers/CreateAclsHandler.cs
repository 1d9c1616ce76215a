using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security;

namespace NettyKafka.Server.Handlers;

/// <summary>CreateAcls v0-3, prefixed ones from version 1. One that is there already is created once more without effect. Rights: ALTER on the cluster.</summary>
public sealed class CreateAclsHandler(AclControl acls) : IHandler<CreateAclsRequest, CreateAclsResponse>
{
    public async ValueTask<CreateAclsResponse?> HandleAsync(CreateAclsRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Alter))
            return new() { Results = request.Creations.ConvertAll(_ => ResultOf(AuthorizationErrors.Cluster)) };
        if (context.Connection.Authorizer is null)
            return new() { Results = request.Creations.ConvertAll(_ => ResultOf(new(ErrorCode.SecurityDisabled, "No Authorizer is configured."))) };

        var wanted = request.Creations.ConvertAll(AclOf);
        var created = new Queue<ApiError>(await acls.CreateAsync(wanted.FindAll(acl => Check(acl) is null)));
        return new() { Results = wanted.ConvertAll(acl => ResultOf(Check(acl) is { } invalid ? new(ErrorCode.InvalidRequest, invalid) : created.Dequeue())) };
    }

    static string? Check(Acl acl) => acl switch
    {
        { ResourceType: ResourceType.Cluster, ResourceName: not Authorizer.ClusterName } => $"The only valid name for the CLUSTER resource is {Authorizer.ClusterName}",
        { ResourceName.Length: 0 } => "Invalid empty resource name",
        _ => null,
    };

    static Acl AclOf(CreateAclsRequest.AclCreation creation) => new(
        (ResourceType)creation.ResourceType,
        creation.ResourceName,
        (PatternType)creation.ResourcePatternType,
        creation.Principal,
        creation.Host,
        (AclOperation)creation.Operation,
        (AclPermissionType)creation.PermissionType);

    static CreateAclsResponse.AclCreationResult ResultOf(ApiError error) => new() { ErrorCode = error.Code, ErrorMessage = error.Message };
}
