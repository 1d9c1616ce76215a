using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Support;

/// <summary>Creates ACLs over the wire, on a broker whose super user is <see cref="Admin"/>.</summary>
static class AclRequests
{
    public const string Admin = "admin";

    public static readonly (string Name, string Value)[] Settings =
        [("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"), ("super.users", $"User:{Admin}")];

    public static Acl Acl(
        string user, AclOperation operation, ResourceType type, string name, AclPermissionType permission = AclPermissionType.Allow, PatternType pattern = PatternType.Literal, string host = "*") =>
        new(type, name, pattern, $"User:{user}", host, operation, permission);

    public static void Allow(this TestBroker broker, string user, AclOperation operation, ResourceType type, string name) => broker.Create(Acl(user, operation, type, name));

    public static void Create(this TestBroker broker, params Acl[] acls) =>
        Assert.That(broker.ConnectAs(Admin).TryCreate(acls).Select(result => (result.ErrorCode, result.ErrorMessage)), Is.All.EqualTo((ErrorCode.None, (string?)null)));

    public static List<CreateAclsResponse.AclCreationResult> TryCreate(this TestConnection connection, params Acl[] acls) => connection.Send(RequestOf(acls), 3).Results;

    public static CreateAclsRequest RequestOf(params Acl[] acls) => new()
    {
        Creations =
        [
            .. acls.Select(acl => new CreateAclsRequest.AclCreation
            {
                ResourceType = (sbyte)acl.ResourceType,
                ResourceName = acl.ResourceName,
                ResourcePatternType = (sbyte)acl.PatternType,
                Principal = acl.Principal,
                Host = acl.Host,
                Operation = (sbyte)acl.Operation,
                PermissionType = (sbyte)acl.PermissionType,
            }),
        ],
    };

    /// <summary>All ACLs that a filter matches, in no order.</summary>
    public static List<Acl> Acls(this TestConnection connection, DescribeAclsRequest? filter = null, short version = 3)
    {
        var response = connection.Send(filter ?? Any(), version);
        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.None, (string?)null)));
        return
        [
            .. from resource in response.Resources
               from acl in resource.Acls
               select new Acl(
                   (ResourceType)resource.ResourceType, resource.ResourceName, (PatternType)resource.PatternType, acl.Principal, acl.Host, (AclOperation)acl.Operation, (AclPermissionType)acl.PermissionType),
        ];
    }

    /// <summary>All ACLs, in version 0 all literal ones, since it knows no others.</summary>
    public static DescribeAclsRequest Any(short version = 3) => new()
    {
        ResourceTypeFilter = (sbyte)ResourceType.Any,
        ResourceNameFilter = null,
        PatternTypeFilter = (sbyte)(version == 0 ? PatternType.Literal : PatternType.Any),
        PrincipalFilter = null,
        HostFilter = null,
        Operation = (sbyte)AclOperation.Any,
        PermissionType = (sbyte)AclPermissionType.Any,
    };

    public static DeleteAclsRequest.DeleteAclsFilter ToDelete(DescribeAclsRequest filter) => new()
    {
        ResourceTypeFilter = filter.ResourceTypeFilter,
        ResourceNameFilter = filter.ResourceNameFilter,
        PatternTypeFilter = filter.PatternTypeFilter,
        PrincipalFilter = filter.PrincipalFilter,
        HostFilter = filter.HostFilter,
        Operation = filter.Operation,
        PermissionType = filter.PermissionType,
    };
}
