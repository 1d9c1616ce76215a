using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;
using ResourceType = NettyKafka.Server.Cluster.ResourceType;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeAclsTests : IDisposable
{
    static readonly Acl literal = AclRequests.Acl("alice", AclOperation.Read, ResourceType.Topic, "orders");
    static readonly Acl denial = AclRequests.Acl("bob", AclOperation.Write, ResourceType.Topic, "orders", AclPermissionType.Deny, host: "10.0.0.1");
    static readonly Acl prefix = AclRequests.Acl("alice", AclOperation.All, ResourceType.Topic, "ord", pattern: PatternType.Prefixed);
    static readonly Acl star = AclRequests.Acl("alice", AclOperation.Describe, ResourceType.Topic, "*");
    static readonly Acl group = AclRequests.Acl("alice", AclOperation.Read, ResourceType.Group, "orders");

    readonly TestBroker broker = new(AclRequests.Settings);

    public DescribeAclsTests() => broker.Create(literal, denial, prefix, star, group);

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_tells_all_by_resource([Range(0, 3)] short version)
    {
        Assert.That(Describe(_ => { }, version), Is.EquivalentTo(version == 0
            ? new[] { literal, denial, star, group }
            : [literal, denial, prefix, star, group]));
    }

    [Test]
    public void A_filter_asks_for_a_resource_a_principal_a_host_an_operation_and_a_permission()
    {
        Assert.That(Describe(filter => filter.ResourceTypeFilter = (sbyte)ResourceType.Group), Is.EqualTo(new[] { group }));
        Assert.That(Describe(filter => OfOrders(filter, PatternType.Literal)), Is.EquivalentTo(new[] { literal, denial }));
        Assert.That(Describe(filter => OfOrders(filter, PatternType.Match)), Is.EquivalentTo(new[] { literal, denial, prefix, star }));
        Assert.That(Describe(filter => filter.PrincipalFilter = "User:bob"), Is.EqualTo(new[] { denial }));
        Assert.That(Describe(filter => filter.HostFilter = "10.0.0.1"), Is.EqualTo(new[] { denial }));
        Assert.That(Describe(filter => filter.Operation = (sbyte)AclOperation.Describe), Is.EqualTo(new[] { star }), "what is implied is not meant");
        Assert.That(Describe(filter => filter.PermissionType = (sbyte)AclPermissionType.Deny), Is.EqualTo(new[] { denial }));
    }

    [Test]
    public void ACLs_of_one_pattern_stand_together() =>
        Assert.That(broker.ConnectAs(AclRequests.Admin).Send(AclRequests.Any(), 3).Resources, Has.Count.EqualTo(4));

    [Test]
    public void An_unknown_filter_is_refused()
    {
        var response = broker.ConnectAs(AclRequests.Admin).Send(new DescribeAclsRequest { ResourceTypeFilter = 1, PatternTypeFilter = 1, Operation = 0, PermissionType = 1 }, 3);

        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.InvalidRequest, "Unknown entryFilter.")));
    }

    [Test]
    public void Without_an_authorizer_security_is_disabled()
    {
        using var open = new TestBroker();

        var response = open.Connect().Send(AclRequests.Any(), 3);

        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.SecurityDisabled, "No Authorizer is configured on the broker")));
    }

    [Test]
    public void The_ACL_of_Kafkas_own_directory_is_read_as_Kafka_tells_it()
    {
        using var sample = new TestBroker(SampleFiles.Of("clean", "data"), [("log.retention.ms", "-1"), .. AclRequests.Settings]);

        Assert.That(sample.ConnectAs(AclRequests.Admin).Acls(), Is.EqualTo(new[] { AclRequests.Acl("alice", AclOperation.Read, ResourceType.Topic, "plain", pattern: PatternType.Prefixed) }));
    }

    List<Acl> Describe(Action<DescribeAclsRequest> narrow, short version = 3)
    {
        var filter = AclRequests.Any(version);
        narrow(filter);
        return broker.ConnectAs(AclRequests.Admin).Acls(filter, version);
    }

    static void OfOrders(DescribeAclsRequest filter, PatternType pattern) =>
        (filter.ResourceTypeFilter, filter.ResourceNameFilter, filter.PatternTypeFilter) = ((sbyte)ResourceType.Topic, "orders", (sbyte)pattern);
}
