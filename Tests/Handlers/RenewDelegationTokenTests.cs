using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class RenewDelegationTokenTests : IDisposable
{
    readonly TestBroker broker = new(DelegationTokenRequests.Settings);

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_lets_a_token_live_on([Range(0, 2)] short version)
    {
        var alice = broker.ConnectAuthenticated("alice");
        var token = alice.CreateToken();
        broker.Time.Advance(TimeSpan.FromSeconds(4));

        var response = alice.Renew(token.Hmac, version: version);

        Assert.That((response.ErrorCode, response.ExpiryTimestampMs), Is.EqualTo((ErrorCode.None, TestBatch.Now + 14_000)));
        Assert.That(alice.DescribeTokens().Single().ExpiryTimestamp, Is.EqualTo(TestBatch.Now + 14_000));
    }

    [TestCase(-1, 10_000)]
    [TestCase(3_000, 3_000)]
    [TestCase(20_000, 10_000)]
    public void It_lives_as_long_as_asked_and_allowed(long period, long expiry)
    {
        var alice = broker.ConnectAuthenticated("alice");

        Assert.That(alice.Renew(alice.CreateToken().Hmac, period).ExpiryTimestampMs - TestBatch.Now, Is.EqualTo(expiry));
    }

    [Test]
    public void It_never_lives_past_its_maximum()
    {
        var alice = broker.ConnectAuthenticated("alice");

        Assert.That(alice.Renew(alice.CreateToken(maxLifetimeMs: 6_000).Hmac).ExpiryTimestampMs - TestBatch.Now, Is.EqualTo(6_000));
    }

    [TestCase("alice", ErrorCode.None)]
    [TestCase("bob", ErrorCode.None)]
    [TestCase("mallory", ErrorCode.DelegationTokenOwnerMismatch)]
    public void Its_owner_and_its_renewers_renew_it(string user, ErrorCode error)
    {
        var token = broker.ConnectAuthenticated("alice").CreateToken(-1, "bob");

        Assert.That(broker.ConnectAuthenticated(user).Renew(token.Hmac).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void What_is_unknown_expired_or_not_allowed_is_refused()
    {
        var alice = broker.ConnectAuthenticated("alice");
        var token = alice.CreateToken(maxLifetimeMs: 4_000);

        Assert.That(alice.Renew([1, 2, 3]).ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenNotFound));
        Assert.That(broker.Connect().Renew(token.Hmac), Has.Property("ErrorCode").EqualTo(ErrorCode.DelegationTokenRequestNotAllowed).And.Property("ExpiryTimestampMs").EqualTo(-1));
        broker.Time.Advance(TimeSpan.FromMilliseconds(4_001));
        Assert.That(alice.Renew(token.Hmac), Has.Property("ErrorCode").EqualTo(ErrorCode.DelegationTokenExpired).And.Property("ExpiryTimestampMs").EqualTo(0));

        using var other = new TestBroker();
        Assert.That(other.ConnectAuthenticated("alice").Renew(token.Hmac).ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenAuthDisabled));
    }
}
