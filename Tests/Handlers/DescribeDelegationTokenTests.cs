using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeDelegationTokenTests : IDisposable
{
    readonly TestBroker broker = new([.. DelegationTokenRequests.Settings, .. AclRequests.Settings]);

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_tells_all_of_a_token([Range(0, 3)] short version)
    {
        var alice = broker.ConnectAuthenticated("alice");
        var token = alice.CreateToken(50_000, "bob");

        var described = alice.Send(new DescribeDelegationTokenRequest { Owners = null }, version).Tokens.Single();

        Assert.That((described.PrincipalType, described.PrincipalName, described.TokenId), Is.EqualTo(("User", "alice", token.TokenId)));
        Assert.That((described.IssueTimestamp, described.ExpiryTimestamp, described.MaxTimestamp), Is.EqualTo((token.IssueTimestampMs, token.ExpiryTimestampMs, token.MaxTimestampMs)));
        Assert.That(described.Hmac, Is.EqualTo(token.Hmac));
        Assert.That(described.Renewers.Select(renewer => (renewer.PrincipalType, renewer.PrincipalName)), Is.EqualTo(new[] { ("User", "bob") }));
        Assert.That(described.TokenRequesterPrincipalName, Is.EqualTo(version >= 3 ? "alice" : ""));
    }

    [Test]
    public void Owners_and_renewers_see_their_tokens_and_others_none()
    {
        var ofAlice = broker.ConnectAuthenticated("alice").CreateToken(-1, "bob").TokenId;
        var ofBob = broker.ConnectAuthenticated("bob").CreateToken().TokenId;

        Assert.That(SeenBy("alice"), Is.EqualTo(new[] { ofAlice }));
        Assert.That(SeenBy("bob"), Is.EquivalentTo(new[] { ofAlice, ofBob }));
        Assert.That(SeenBy("mallory"), Is.Empty);
        Assert.That(SeenBy(AclRequests.Admin), Is.EquivalentTo(new[] { ofAlice, ofBob }));
        Assert.That(SeenBy("bob", "bob"), Is.EquivalentTo(new[] { ofAlice, ofBob }), "asked for as an owner, told as a renewer too");
        Assert.That(SeenBy("bob", "alice"), Is.EqualTo(new[] { ofAlice }));
    }

    [Test]
    public void Rights_show_the_tokens_of_others()
    {
        var first = broker.ConnectAuthenticated("alice").CreateToken().TokenId;
        var second = broker.ConnectAuthenticated("alice").CreateToken().TokenId;
        broker.Create(
            AclRequests.Acl("auditor", AclOperation.Describe, ResourceType.DelegationToken, first),
            AclRequests.Acl("clerk", AclOperation.DescribeTokens, ResourceType.User, "User:alice"));

        Assert.That(SeenBy("auditor"), Is.EqualTo(new[] { first }));
        Assert.That(SeenBy("clerk"), Is.EquivalentTo(new[] { first, second }));
    }

    [Test]
    public void Nobodys_tokens_are_none()
    {
        broker.ConnectAuthenticated("alice").CreateToken();

        Assert.That(broker.ConnectAuthenticated("alice").Send(new DescribeDelegationTokenRequest { Owners = [] }, 3).Tokens, Is.Empty);
    }

    [Test]
    public void Who_may_not_ask_is_refused()
    {
        Assert.That(broker.Connect().Send(new DescribeDelegationTokenRequest { Owners = null }, 3).ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenRequestNotAllowed));
        using var other = new TestBroker();
        Assert.That(other.ConnectAuthenticated("alice").Send(new DescribeDelegationTokenRequest { Owners = null }, 3).ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenAuthDisabled));
    }

    IEnumerable<string> SeenBy(string user, params string[] owners) => broker.ConnectAuthenticated(user).DescribeTokens(owners).Select(token => token.TokenId);
}
