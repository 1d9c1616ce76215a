using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;
using ResourceType = NettyKafka.Server.Cluster.ResourceType;

namespace NettyKafka.Tests.Handlers;

public sealed class DeleteAclsTests : IDisposable
{
    static readonly Acl read = AclRequests.Acl("alice", AclOperation.Read, ResourceType.Topic, "orders");
    static readonly Acl write = AclRequests.Acl("alice", AclOperation.Write, ResourceType.Topic, "orders");
    static readonly Acl other = AclRequests.Acl("bob", AclOperation.Write, ResourceType.Topic, "ord", pattern: PatternType.Prefixed);

    TestBroker broker = new(AclRequests.Settings);

    public DeleteAclsTests() => broker.Create(read, write, other);

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_deletes_what_a_filter_matches_for_good([Range(0, 3)] short version)
    {
        var deleted = Delete(version, Filter("User:alice", version));

        Assert.That(deleted.Single().MatchingAcls.Select(acl => (acl.ErrorCode, (AclOperation)acl.Operation)), Is.EquivalentTo(new[] { (ErrorCode.None, AclOperation.Read), (ErrorCode.None, AclOperation.Write) }));
        broker = broker.Restart();
        Assert.That(broker.ConnectAs(AclRequests.Admin).Acls(), Is.EqualTo(new[] { other }));
    }

    [Test]
    public void Each_filter_tells_what_it_matches_itself()
    {
        var deleted = Delete(3, Filter("User:alice"), Filter("User:nobody"), Filter(null), new() { Operation = 1, PermissionType = 1 });

        Assert.That(deleted.Select(result => (result.ErrorCode, result.ErrorMessage, result.MatchingAcls.Count)), Is.EqualTo(new[]
        {
            (ErrorCode.None, null, 2), (ErrorCode.None, null, 0), (ErrorCode.None, null, 3), (ErrorCode.InvalidRequest, "Unknown patternFilter.", 0),
        }));
        Assert.That(broker.ConnectAs(AclRequests.Admin).Acls(), Is.Empty);
    }

    [Test]
    public void Without_an_authorizer_security_is_disabled()
    {
        using var open = new TestBroker();

        var result = open.Connect().Send(new DeleteAclsRequest { Filters = [Filter(null)] }, 3).FilterResults.Single();

        Assert.That((result.ErrorCode, result.ErrorMessage), Is.EqualTo((ErrorCode.SecurityDisabled, "No Authorizer is configured.")));
    }

    List<DeleteAclsResponse.DeleteAclsFilterResult> Delete(short version, params DeleteAclsRequest.DeleteAclsFilter[] filters) =>
        broker.ConnectAs(AclRequests.Admin).Send(new DeleteAclsRequest { Filters = [.. filters] }, version).FilterResults;

    static DeleteAclsRequest.DeleteAclsFilter Filter(string? principal, short version = 3)
    {
        var filter = AclRequests.Any(version);
        filter.PrincipalFilter = principal;
        return AclRequests.ToDelete(filter);
    }
}
