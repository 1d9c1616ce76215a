using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security;
using NettyKafka.Tests.Support;
using ResourceType = NettyKafka.Server.Cluster.ResourceType;

namespace NettyKafka.Tests.Handlers;

public sealed class CreateAclsTests : IDisposable
{
    static readonly Acl read = AclRequests.Acl("alice", AclOperation.Read, ResourceType.Topic, "orders");

    TestBroker broker = new(AclRequests.Settings);

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_creates_an_ACL_that_counts_at_once_and_stays([Range(0, 3)] short version)
    {
        var describe = AclRequests.Acl("alice", AclOperation.Describe, ResourceType.Cluster, Authorizer.ClusterName);
        Assert.That(MayDescribe(), Is.False);

        Assert.That(broker.ConnectAs(AclRequests.Admin).Send(AclRequests.RequestOf(describe), version).Results.Single().ErrorCode, Is.EqualTo(ErrorCode.None));

        Assert.That(MayDescribe(), Is.True);
        broker = broker.Restart();
        Assert.That(MayDescribe(), Is.True);
        Assert.That(broker.ConnectAs(AclRequests.Admin).Acls(), Is.EqualTo(new[] { describe }));
    }

    [Test]
    public void What_is_there_already_is_there_once()
    {
        broker.Create(read, read);
        broker.Create(read);

        Assert.That(broker.Broker.Cluster.Image.Acls.ById, Has.Count.EqualTo(1));
    }

    [Test]
    public void Each_ACL_is_judged_by_itself()
    {
        var results = broker.ConnectAs(AclRequests.Admin).TryCreate(
            read with { ResourceType = ResourceType.Any },
            read with { ResourceType = (ResourceType)99 },
            read with { PatternType = PatternType.Match },
            read with { Operation = AclOperation.Any },
            read with { PermissionType = AclPermissionType.Unknown },
            read with { ResourceName = "" },
            read with { ResourceType = ResourceType.Cluster },
            read with { Principal = "alice" },
            read);

        Assert.That(results.Select(result => result.ErrorCode), Is.EqualTo(Enumerable.Repeat(ErrorCode.InvalidRequest, 8).Append(ErrorCode.None)));
        Assert.That(results.Select(result => result.ErrorMessage), Is.EqualTo(new[]
        {
            "Invalid resourceType ANY",
            "Invalid resourceType UNKNOWN",
            "Invalid patternType MATCH",
            "Invalid operation ANY",
            "Invalid permissionType UNKNOWN",
            "Invalid empty resource name",
            "The only valid name for the CLUSTER resource is kafka-cluster",
            "Could not parse principal from `alice` (no colon is present separating the principal type from the principal name)",
            null,
        }));
        Assert.That(broker.ConnectAs(AclRequests.Admin).Acls(), Is.EqualTo(new[] { read }));
    }

    [Test]
    public void More_than_a_batch_can_hold_are_refused_together()
    {
        var many = Enumerable.Range(0, 10_001).Select(i => read with { ResourceName = $"t{i}" }).ToArray();

        Assert.That(broker.ConnectAs(AclRequests.Admin).TryCreate(many).Select(result => result.ErrorCode).Distinct(), Is.EqualTo(new[] { ErrorCode.PolicyViolation }));
        Assert.That(broker.Broker.Cluster.Image.Acls.ById, Is.Empty);
    }

    [Test]
    public void Without_an_authorizer_security_is_disabled()
    {
        using var open = new TestBroker();

        var result = open.Connect().TryCreate(read).Single();

        Assert.That((result.ErrorCode, result.ErrorMessage), Is.EqualTo((ErrorCode.SecurityDisabled, "No Authorizer is configured.")));
        Assert.That(open.Broker.Cluster.Image.Acls.ById, Is.Empty);
    }

    bool MayDescribe() => broker.ConnectAs("alice").Send(AclRequests.Any(), 3).ErrorCode == ErrorCode.None;
}
