using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ExpireDelegationTokenTests : IDisposable
{
    readonly TestBroker broker = new(DelegationTokenRequests.Settings);

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_removes_a_token_at_once([Range(0, 2)] short version)
    {
        var alice = broker.ConnectAuthenticated("alice");
        var token = alice.CreateToken();

        var response = alice.Expire(token.Hmac, version: version);

        Assert.That((response.ErrorCode, response.ExpiryTimestampMs), Is.EqualTo((ErrorCode.None, TestBatch.Now)));
        Assert.That(alice.DescribeTokens(), Is.Empty);
        Assert.That(alice.Expire(token.Hmac).ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenNotFound));
    }

    [TestCase(3_000, 3_000)]
    [TestCase(0, 0)]
    [TestCase(50_000, 50_000)]
    [TestCase(200_000, 100_000)]
    [TestCase(long.MaxValue, 100_000)]
    public void A_period_sets_its_end_up_to_its_maximum(long period, long expiry)
    {
        var alice = broker.ConnectAuthenticated("alice");

        Assert.That(alice.Expire(alice.CreateToken().Hmac, period).ExpiryTimestampMs - TestBatch.Now, Is.EqualTo(expiry));
    }

    [TestCase("alice", ErrorCode.None)]
    [TestCase("bob", ErrorCode.None)]
    [TestCase("mallory", ErrorCode.DelegationTokenOwnerMismatch)]
    public void Its_owner_and_its_renewers_expire_it(string user, ErrorCode error)
    {
        var token = broker.ConnectAuthenticated("alice").CreateToken(-1, "bob");

        Assert.That(broker.ConnectAuthenticated(user).Expire(token.Hmac).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void What_has_expired_can_only_be_removed()
    {
        var alice = broker.ConnectAuthenticated("alice");
        var token = alice.CreateToken(maxLifetimeMs: 4_000);
        broker.Time.Advance(TimeSpan.FromMilliseconds(4_001));

        Assert.That(alice.Expire(token.Hmac, periodMs: 1).ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenExpired));
        Assert.That(alice.Expire(token.Hmac).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Who_may_not_ask_is_refused()
    {
        var token = broker.ConnectAuthenticated("alice").CreateToken();

        Assert.That(broker.Connect().Expire(token.Hmac), Has.Property("ErrorCode").EqualTo(ErrorCode.DelegationTokenRequestNotAllowed).And.Property("ExpiryTimestampMs").EqualTo(-1));
        using var other = new TestBroker();
        Assert.That(other.ConnectAuthenticated("alice").Expire(token.Hmac).ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenAuthDisabled));
    }

    [Test]
    public void What_has_expired_goes_by_itself()
    {
        var alice = broker.ConnectAuthenticated("alice");
        alice.CreateToken();
        var renewed = alice.CreateToken();
        broker.Time.Advance(TimeSpan.FromSeconds(9));
        alice.Renew(renewed.Hmac);

        broker.Time.Advance(TimeSpan.FromSeconds(6));

        Assert.That(broker.Broker.Cluster.Image.DelegationTokens.All.Select(token => token.Id), Is.EqualTo(new[] { renewed.TokenId }));
    }
}
