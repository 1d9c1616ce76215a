using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class SaslAuthenticateTests : IDisposable
{
    readonly TestBroker broker = new(
        ("listener.name.sasl.sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256"),
        ("listener.name.sasl.plain.sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"secret\" user_bob='b\\'s';"),
        ("listener.name.sasl.plain.connections.max.reauth.ms", "60000"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_makes_the_connection_the_users([Range(0, 2)] short version)
    {
        var connection = Begun("PLAIN");

        var response = connection.Send(Plain("alice", "secret"), version);

        Assert.That((response.ErrorCode, response.ErrorMessage, response.AuthBytes.Length), Is.EqualTo((ErrorCode.None, (string?)null, 0)));
        Assert.That(response.SessionLifetimeMs, Is.EqualTo(version >= 1 ? 60_000 : 0));
        Assert.That(connection.Context.Principal, Is.EqualTo(KafkaPrincipal.OfUser("alice")));
        Assert.That(connection.Send(new MetadataRequest { Topics = [] }, 9).ClusterId, Is.EqualTo(broker.Broker.Cluster.ClusterId));
    }

    [TestCase("alice", "wrong", "Authentication failed: Invalid username or password")]
    [TestCase("nobody", "secret", "Authentication failed: Invalid username or password")]
    [TestCase("alice", "", "Authentication failed: password not specified")]
    [TestCase("", "secret", "Authentication failed: username not specified")]
    public void A_failure_is_told_after_a_pause_and_ends_the_connection(string user, string password, string message)
    {
        var connection = Begun("PLAIN");

        connection.Post(Plain(user, password), 2);
        Assert.That(connection.TryTakeFrame(), Is.Null, "before the pause is over");
        broker.Time.Advance(TimeSpan.FromMilliseconds(100));

        var response = connection.TryTake(Plain(user, password), 2);
        Assert.That((response!.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.SaslAuthenticationFailed, message)));
        Assert.That(connection.IsOpen, Is.False);
        Assert.That(connection.Context.Principal, Is.EqualTo(KafkaPrincipal.Anonymous));
    }

    [TestCase("alice", "bob", ExpectedResult = "Authentication failed: Client requested an authorization id that is different from username")]
    [TestCase("alice", "alice", ExpectedResult = null)]
    public string? Nobody_acts_for_another(string user, string authorizationId)
    {
        var connection = Begun("PLAIN");
        var request = new SaslAuthenticateRequest { AuthBytes = Encoding.UTF8.GetBytes($"{authorizationId}\0{user}\0secret") };
        connection.Post(request, 2);
        broker.Time.Advance(TimeSpan.FromMilliseconds(100));
        return connection.TryTake(request, 2)!.ErrorMessage;
    }

    [Test]
    public void A_quoted_password_is_read_as_java_does() =>
        Assert.That(Begun("PLAIN").Send(Plain("bob", "b's"), 2).ErrorCode, Is.EqualTo(ErrorCode.None));

    [Test]
    public void Before_authentication_only_the_handshake_and_api_versions_are_served()
    {
        var connection = broker.ConnectSasl();

        Assert.That(connection.Send(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }, 3).ErrorCode, Is.EqualTo(ErrorCode.None));
        connection.Post(new MetadataRequest { Topics = [] }, 9);

        Assert.That((connection.TryTakeFrame(), connection.IsOpen), Is.EqualTo(((byte[]?)null, false)));
    }

    [Test]
    public void A_message_of_a_mechanism_before_the_handshake_ends_the_connection()
    {
        var connection = broker.ConnectSasl();

        connection.Post(Plain("alice", "secret"), 2);

        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void In_the_middle_of_an_exchange_nothing_else_is_served()
    {
        var connection = Begun("PLAIN");

        connection.Post(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }, 3);

        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void Who_is_authenticated_need_not_say_more() =>
        Assert.That(LoggedIn().Send(Plain("alice", "secret"), 2).ErrorMessage, Is.EqualTo("SaslAuthenticate request received after successful authentication"));

    [Test]
    public void A_large_frame_before_authentication_ends_the_connection_before_it_has_come()
    {
        var connection = broker.ConnectSasl();

        connection.PostRaw([0, 8, 0, 1]);

        Assert.That(connection.IsOpen, Is.False, "524,289 bytes are one too many");
        var later = LoggedIn();
        later.PostRaw([0, 8, 0, 1]);
        Assert.That(later.IsOpen, Is.True);
    }

    [Test]
    public void Messages_without_a_header_follow_a_handshake_of_version_0()
    {
        var connection = broker.ConnectSasl();
        connection.Send(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 0);
        var token = Encoding.UTF8.GetBytes("\0alice\0secret");

        connection.PostRaw([0, 0, 0, (byte)token.Length, .. token]);

        Assert.That(connection.TryTakeFrame(), Is.Empty);
        Assert.That(connection.Context.Principal, Is.EqualTo(KafkaPrincipal.OfUser("alice")));
        Assert.That(connection.Send(new MetadataRequest { Topics = [] }, 9).ClusterId, Is.EqualTo(broker.Broker.Cluster.ClusterId));
    }

    [Test]
    public void A_wrong_message_without_a_header_ends_the_connection_after_a_pause()
    {
        var connection = broker.ConnectSasl();
        connection.Send(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 0);

        connection.PostRaw([0, 0, 0, 4, 0, 97, 0, 98]);

        Assert.That(connection.IsOpen, Is.True);
        broker.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.That((connection.TryTakeFrame(), connection.IsOpen), Is.EqualTo(((byte[]?)null, false)));
    }

    [Test]
    public void Who_authenticates_again_in_time_goes_on()
    {
        var connection = LoggedIn();

        broker.Time.Advance(TimeSpan.FromSeconds(50));
        connection.Send(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1);
        Assert.That(connection.Send(Plain("alice", "secret"), 2).SessionLifetimeMs, Is.EqualTo(60_000));

        broker.Time.Advance(TimeSpan.FromSeconds(50));
        Assert.That(connection.Send(new MetadataRequest { Topics = [] }, 9).ClusterId, Is.Not.Null);
    }

    [Test]
    public void Who_does_not_authenticate_again_in_time_is_cut_off_with_its_next_request()
    {
        var connection = LoggedIn();

        broker.Time.Advance(TimeSpan.FromSeconds(61));
        connection.Post(new MetadataRequest { Topics = [] }, 9);

        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void A_second_authentication_cannot_change_the_user()
    {
        var connection = LoggedIn();
        broker.Time.Advance(TimeSpan.FromSeconds(2));
        connection.Send(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1);

        connection.Post(Plain("bob", "b's"), 2);
        broker.Time.Advance(TimeSpan.FromMilliseconds(100));

        var response = connection.TryTake(Plain("bob", "b's"), 2);
        Assert.That(response!.ErrorMessage, Is.EqualTo("Cannot change principals during re-authentication from User.alice: User.bob"));
        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void A_second_authentication_cannot_change_the_mechanism()
    {
        var connection = LoggedIn();
        broker.Time.Advance(TimeSpan.FromSeconds(2));

        connection.Post(new SaslHandshakeRequest { Mechanism = "SCRAM-SHA-256" }, 1);
        broker.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void A_second_authentication_does_not_come_within_a_second() =>
        Assert.That(LoggedIn().Send(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1).ErrorCode, Is.EqualTo(ErrorCode.IllegalSaslState));

    [Test]
    public void Scram_is_proved_by_both_sides([Values(ScramMechanism.Sha256)] ScramMechanism mechanism)
    {
        Upsert("carol", mechanism, "geheim");
        var client = new ScramClient(mechanism, "carol", "geheim");
        var connection = Begun("SCRAM-SHA-256");

        var first = Authenticate(connection, client.First());
        var final = Authenticate(connection, client.Final(first.AuthBytes));

        Assert.That(client.IsOfServer(final.AuthBytes), Is.True);
        Assert.That(connection.Context.Principal, Is.EqualTo(KafkaPrincipal.OfUser("carol")));
    }

    [TestCase("carol", "wrong")]
    [TestCase("nobody", "geheim")]
    public void Scram_tells_an_unknown_user_and_a_wrong_password_the_same_at_the_same_step(string user, string password)
    {
        Upsert("carol", ScramMechanism.Sha256, "geheim");
        var client = new ScramClient(ScramMechanism.Sha256, user, password);
        var connection = Begun("SCRAM-SHA-256");
        var first = Authenticate(connection, client.First());
        var final = new SaslAuthenticateRequest { AuthBytes = client.Final(first.AuthBytes) };

        connection.Post(final, 2);
        broker.Time.Advance(TimeSpan.FromMilliseconds(100));

        var response = connection.TryTake(final, 2);
        Assert.That((response!.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.SaslAuthenticationFailed, "Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256")));
        Assert.That(connection.IsOpen, Is.False);
    }

    TestConnection Begun(string mechanism)
    {
        var connection = broker.ConnectSasl();
        Assert.That(connection.Send(new SaslHandshakeRequest { Mechanism = mechanism }, 1).ErrorCode, Is.EqualTo(ErrorCode.None));
        return connection;
    }

    TestConnection LoggedIn()
    {
        var connection = Begun("PLAIN");
        Assert.That(connection.Send(Plain("alice", "secret"), 2).ErrorCode, Is.EqualTo(ErrorCode.None));
        return connection;
    }

    void Upsert(string user, ScramMechanism mechanism, string password)
    {
        var upsertion = new AlterUserScramCredentialsRequest.ScramCredentialUpsertion
        {
            Name = user,
            Mechanism = (sbyte)mechanism,
            Iterations = 4096,
            Salt = [1, 2, 3],
            SaltedPassword = ScramClient.SaltedPassword(mechanism, password, [1, 2, 3], 4096),
        };
        var response = broker.Connect().Send(new AlterUserScramCredentialsRequest { Upsertions = [upsertion] }, 0);
        Assert.That(response.Results.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    static SaslAuthenticateResponse Authenticate(TestConnection connection, byte[] message) => connection.Send(new SaslAuthenticateRequest { AuthBytes = message }, 2);

    static SaslAuthenticateRequest Plain(string user, string password) => new() { AuthBytes = Encoding.UTF8.GetBytes($"\0{user}\0{password}") };
}
