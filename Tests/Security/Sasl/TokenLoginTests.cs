using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Network;
using NettyKafka.Server.Security.Sasl;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Security.Sasl;

/// <summary>A delegation token is a user of SCRAM: its id the name, its HMAC the password, and the extension tokenauth says so.</summary>
public sealed class TokenLoginTests : IDisposable
{
    const string IsToken = ",tokenauth=true";

    readonly TestBroker broker = new([.. DelegationTokenRequests.Settings, ("listener.name.sasl.sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512"), ("sasl.users", "alice:secret"), ("num.io.threads", "1")]);

    public void Dispose() => broker.Dispose();

    [TestCase(ScramMechanism.Sha256)]
    [TestCase(ScramMechanism.Sha512)]
    public async Task Who_has_a_token_is_its_owner_until_it_expires(ScramMechanism mechanism)
    {
        var token = broker.ConnectAuthenticated("alice").CreateToken();

        var server = await LogInAsync(new(mechanism, token.TokenId, Convert.ToBase64String(token.Hmac), IsToken), mechanism);

        Assert.That((server.Principal, server.IsTokenAuthenticated, server.CredentialExpiryMs), Is.EqualTo((KafkaPrincipal.OfUser("alice"), true, (long?)token.ExpiryTimestampMs)));
    }

    [Test]
    public void The_kinds_of_users_are_kept_apart()
    {
        var token = broker.ConnectAuthenticated("alice").CreateToken();
        var password = Convert.ToBase64String(token.Hmac);

        Assert.That(() => LogInAsync(new(ScramMechanism.Sha256, token.TokenId, password)), Throws.TypeOf<SaslAuthenticationException>(), "a token that does not say so");
        Assert.That(() => LogInAsync(new(ScramMechanism.Sha256, "alice", "secret", IsToken)), Throws.TypeOf<SaslAuthenticationException>(), "a user that says it is a token");
        Assert.That(() => LogInAsync(new(ScramMechanism.Sha256, token.TokenId, "wrong", IsToken)), Throws.TypeOf<SaslAuthenticationException>(), "a wrong HMAC");
    }

    [Test]
    public void A_token_that_has_expired_or_was_removed_is_none()
    {
        var alice = broker.ConnectAuthenticated("alice");
        var (shortLived, removed) = (alice.CreateToken(maxLifetimeMs: 1_000), alice.CreateToken());
        alice.Expire(removed.Hmac);
        broker.Time.Advance(TimeSpan.FromMilliseconds(1_001));

        foreach (var token in new[] { shortLived, removed })
            Assert.That(() => LogInAsync(new(ScramMechanism.Sha256, token.TokenId, Convert.ToBase64String(token.Hmac), IsToken)), Throws.TypeOf<SaslAuthenticationException>());
    }

    [Test]
    public async Task A_session_ends_with_its_token_and_gets_no_token_of_its_own()
    {
        var token = broker.ConnectAuthenticated("alice").CreateToken();
        var client = new ScramClient(ScramMechanism.Sha256, token.TokenId, Convert.ToBase64String(token.Hmac), IsToken);
        var connection = broker.ConnectSasl();
        var sasl = connection.Context.Sasl!;
        sasl.Handshake("SCRAM-SHA-256");
        var (first, _) = await sasl.AuthenticateAsync(client.First());
        var (_, lifetimeMs) = await sasl.AuthenticateAsync(client.Final(first));
        connection.Context.Principal = sasl.Principal;

        Assert.That(lifetimeMs, Is.EqualTo(10_000));
        Assert.That(connection.CreateToken().ErrorCode, Is.EqualTo(ErrorCode.DelegationTokenRequestNotAllowed));
        broker.Time.Advance(TimeSpan.FromMilliseconds(10_001));
        Assert.That(sasl.IsExpired, Is.True);
    }

    [Test]
    public async Task A_message_that_comes_before_the_last_one_was_answered_is_refused()
    {
        var token = broker.ConnectAuthenticated("alice").CreateToken();
        var client = new ScramClient(ScramMechanism.Sha256, token.TokenId, Convert.ToBase64String(token.Hmac), IsToken);
        var sasl = broker.ConnectSasl().Context.Sasl!;
        sasl.Handshake("SCRAM-SHA-256");

        using var goOn = new ManualResetEventSlim();
        broker.Storage.Executor.Post(() => goOn.Wait());

        var first = sasl.AuthenticateAsync(client.First());

        Assert.That(async () => await sasl.AuthenticateAsync("n,,n=x,r=y"u8.ToArray()), Throws.TypeOf<ProtocolException>());
        goOn.Set();
        await first;
        Assert.That(sasl.IsComplete, Is.False);
    }

    [Test]
    public void After_a_handshake_of_version_0_only_messages_of_the_mechanism_come()
    {
        var sasl = broker.ConnectSasl().Context.Sasl!;
        sasl.Handshake("SCRAM-SHA-256");
        sasl.TakesRawTokens = true;

        Assert.That(() => AuthenticationGate.Check(sasl, ApiKeys.SaslAuthenticate), Throws.TypeOf<ProtocolException>());
    }

    async Task<SaslServer> LogInAsync(ScramClient client, ScramMechanism mechanism = ScramMechanism.Sha256)
    {
        var server = broker.Mechanisms("SASL").Create(mechanism == ScramMechanism.Sha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512");
        var final = await server.EvaluateAsync(client.Final(await server.EvaluateAsync(client.First())));
        Assert.That(client.IsOfServer(final), Is.True);
        return server;
    }
}
