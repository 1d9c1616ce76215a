using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Network;
using NettyKafka.Server.Security.Tls;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Network;

public sealed class TlsTests : IAsyncDisposable
{
    readonly TestCertificates authority = new();
    readonly X509Certificate2 server;
    readonly TestLogger logger = new();
    readonly List<TestTlsConnection> connections = [];

    public TlsTests() => server = authority.IssueServer();

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
            await connection.DisposeAsync();
        server.Dispose();
        authority.Dispose();
    }

    [Test]
    public async Task A_request_is_answered([Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols protocol)
    {
        var connection = await ConnectAsync(Context());

        await connection.HandshakeAsync(protocols: protocol);

        Assert.That(connection.Client.SslProtocol, Is.EqualTo(protocol));
        Assert.That(await connection.AskAsync(), Is.EqualTo("User:ANONYMOUS"));
        Assert.That(connection.Connection.IsEstablished);
        Assert.That(await connection.AskAsync(), Is.EqualTo("User:ANONYMOUS"));
    }

    [Test]
    public async Task A_request_that_comes_with_the_end_of_the_handshake_is_answered([Values] bool asOnePiece)
    {
        var connection = await ConnectAsync(Context());
        if (asOnePiece)
            connection.HoldAfterHello();
        await connection.HandshakeAsync();
        await connection.SendRequestAsync();
        await connection.ReleaseAsync();

        Assert.That(await connection.ReadAnswerAsync(), Is.EqualTo("User:ANONYMOUS"));
    }

    [Test]
    public async Task Records_may_come_byte_by_byte([Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols protocol)
    {
        var connection = await ConnectAsync(Context());
        connection.SendByteByByte();

        await connection.HandshakeAsync(protocols: protocol);

        Assert.That(await connection.AskAsync(), Is.EqualTo("User:ANONYMOUS"));
    }

    [Test]
    public async Task A_client_is_who_its_certificate_says([Values("requested", "required")] string clientAuth, [Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols protocol)
    {
        using var client = authority.IssueClient("CN=orders, OU=Sales, O=Acme");
        var connection = await ConnectAsync(Context(("ssl.client.auth", clientAuth), ("ssl.truststore.certificates", authority.AuthorityPem)));

        await connection.HandshakeAsync(client, protocol);

        Assert.That(await connection.AskAsync(), Is.EqualTo("User:CN=orders,OU=Sales,O=Acme"));
    }

    [Test]
    public async Task A_rule_makes_the_users_name()
    {
        using var client = authority.IssueClient("CN=Orders, O=Acme");
        var connection = await ConnectAsync(Context(
            ("ssl.client.auth", "required"), ("ssl.truststore.certificates", authority.AuthorityPem), ("ssl.principal.mapping.rules", "RULE:^CN=(.*?),.*$/$1/L,DEFAULT")));

        await connection.HandshakeAsync(client);

        Assert.That(await connection.AskAsync(), Is.EqualTo("User:orders"));
    }

    [Test]
    public async Task A_name_that_no_rule_matches_is_refused()
    {
        using var client = authority.IssueClient("O=Acme");
        var connection = await ConnectAsync(Context(
            ("ssl.client.auth", "required"), ("ssl.truststore.certificates", authority.AuthorityPem), ("ssl.principal.mapping.rules", "RULE:^CN=(.*?)$/$1/")));

        await connection.HandshakeAsync(client);

        await AssertRefusedAsync(connection, "no rule of ssl.principal.mapping.rules applies to O=Acme");
    }

    [Test]
    public async Task A_certificate_that_is_requested_may_be_missing()
    {
        var connection = await ConnectAsync(Context(("ssl.client.auth", "requested"), ("ssl.truststore.certificates", authority.AuthorityPem)));

        await connection.HandshakeAsync();

        Assert.That(await connection.AskAsync(), Is.EqualTo("User:ANONYMOUS"));
    }

    [Test]
    public async Task A_certificate_that_is_required_may_not()
    {
        var connection = await ConnectAsync(Context(("ssl.client.auth", "required"), ("ssl.truststore.certificates", authority.AuthorityPem)));

        await connection.HandshakeAsync();

        await AssertRefusedAsync(connection, "the client shows no certificate");
    }

    [Test]
    public async Task A_certificate_of_another_authority_is_refused([Values("requested", "required")] string clientAuth)
    {
        using var stranger = new TestCertificates("CN=Test CA");
        using var client = stranger.IssueClient("CN=mallory");
        var connection = await ConnectAsync(Context(("ssl.client.auth", clientAuth), ("ssl.truststore.certificates", authority.AuthorityPem)));

        await connection.HandshakeAsync(client);

        await AssertRefusedAsync(connection, "the client's certificate (CN=mallory) is not trusted");
    }

    [Test]
    public async Task A_servers_certificate_is_no_clients()
    {
        using var client = authority.IssueServer("CN=broker");
        var connection = await ConnectAsync(Context(("ssl.client.auth", "required"), ("ssl.truststore.certificates", authority.AuthorityPem)));

        await connection.HandshakeAsync(client);

        await AssertRefusedAsync(connection, "the client's certificate (CN=broker) is not trusted: NotValidForUsage");
    }

    [Test]
    public async Task The_trust_store_may_have_an_intermediate_authority_or_the_clients_own_certificate([Values] bool own)
    {
        using var intermediate = authority.Intermediate("CN=Intermediate CA");
        using var client = intermediate.IssueClient("CN=orders");
        var connection = await ConnectAsync(Context(("ssl.client.auth", "required"), ("ssl.truststore.certificates", own ? client.ExportCertificatePem() : intermediate.AuthorityPem)));

        await connection.HandshakeAsync(client);

        Assert.That(await connection.AskAsync(), Is.EqualTo("User:CN=orders"));
    }

    [Test]
    public async Task With_SASL_the_certificate_does_not_say_who_the_client_is()
    {
        using var client = authority.IssueClient("CN=orders");
        var context = Context(("listener.name.ssl.ssl.client.auth", "required"), ("ssl.truststore.certificates", authority.AuthorityPem));
        var connection = await ConnectAsync(context, SecurityProtocol.SaslSsl);

        await connection.HandshakeAsync(client);

        Assert.That(connection.Connection.Context.Principal.ToString(), Is.EqualTo("User:ANONYMOUS"));
    }

    [Test]
    public async Task A_protocol_that_is_not_enabled_is_refused()
    {
        var connection = await ConnectAsync(Context(("ssl.enabled.protocols", "TLSv1.3")));

        Assert.That(() => connection.HandshakeAsync(protocols: SslProtocols.Tls12), Throws.InstanceOf<AuthenticationException>().Or.InstanceOf<IOException>());

        await AssertRefusedAsync(connection, "");
    }

    [Test]
    public async Task Cipher_suites_can_be_chosen()
    {
        var connection = await ConnectAsync(Context(("ssl.cipher.suites", "TLS_CHACHA20_POLY1305_SHA256")));

        await connection.HandshakeAsync();

        Assert.That(connection.Client.NegotiatedCipherSuite.ToString(), Is.EqualTo("TLS_CHACHA20_POLY1305_SHA256"));
    }

    [Test]
    public async Task A_client_that_does_not_speak_TLS_is_told_apart()
    {
        var connection = await ConnectAsync(Context());

        await connection.SendPlainAsync([0, 0, 0, 10, 0, 16, 0, 0, 0, 0, 0, 7, 0xff, 0xff]);

        await AssertRefusedAsync(connection, "the client does not speak TLS");
    }

    [Test]
    public async Task A_record_that_cannot_be_read_closes_the_connection([Values] bool afterARequest)
    {
        var connection = await ConnectAsync(Context());
        await connection.HandshakeAsync();
        if (afterARequest)
            await connection.AskAsync();

        await connection.SendPlainAsync([0x17, 3, 3, 0, 32, .. new byte[32]]);

        await connection.UntilServerClosesAsync();
        Assert.That(logger.Messages, Has.Count.EqualTo(1).And.All.Contains("broke off"));
    }

    /// <summary>As a client that renegotiates does; nothing comes after it.</summary>
    [Test]
    public async Task A_handshake_record_behind_the_handshake_closes_the_connection_at_once([Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols protocol)
    {
        var connection = await ConnectAsync(Context());
        connection.EndHandshakeWith([0x16, 3, 3, 0, 32, .. new byte[32]]);

        await connection.HandshakeAsync(protocols: protocol);

        await connection.UntilServerClosesAsync();

        Assert.That(logger.Messages, Has.Count.EqualTo(1).And.All.Contains("there is no renegotiation"));
    }

    [Test]
    public async Task Bytes_that_are_no_record_close_an_open_connection()
    {
        var connection = await ConnectAsync(Context());
        await connection.HandshakeAsync();
        await connection.AskAsync();

        await connection.SendPlainAsync("GET / HTTP/1.1\r\n"u8.ToArray());

        await connection.UntilServerClosesAsync();
        Assert.That(logger.Messages, Has.Count.EqualTo(1).And.All.Contains("bytes that are no TLS record"));
    }

    [Test]
    public async Task A_close_takes_leave()
    {
        var connection = await ConnectAsync(Context());
        await connection.HandshakeAsync();
        await connection.AskAsync();

        var reading = connection.Client.ReadAsync(new byte[1]);
        await connection.CloseServerAsync();

        Assert.That(await reading, Is.Zero, "the end of the stream is close_notify, not a broken connection");
    }

    [Test]
    public async Task A_client_that_takes_leave_is_no_failure([Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols protocol, [Values] bool answered)
    {
        var connection = await ConnectAsync(Context());
        await connection.HandshakeAsync(protocols: protocol);
        await connection.SendRequestAsync();
        if (answered)
            await connection.ReadAnswerAsync();

        await connection.Client.ShutdownAsync();

        await connection.UntilServerClosesAsync();
        Assert.That(logger.Messages, Is.Empty);
    }

    [Test]
    public async Task Bytes_behind_a_leave_or_a_failure_are_dropped([Values] bool afterLeave)
    {
        var connection = await ConnectAsync(Context());
        await connection.HandshakeAsync();
        await connection.AskAsync();
        byte[] record = [0x17, 3, 3, 0, 32, .. new byte[32]];
        byte[] records = [.. record, .. record, .. record];
        await (afterLeave ? connection.TakeLeaveWithAsync(records) : connection.SendPlainAsync(records));

        await connection.UntilServerClosesAsync();

        Assert.That(logger.Messages, Has.Count.EqualTo(afterLeave ? 0 : 1).And.None.Contains("unexpected"));
    }

    [Test]
    public async Task A_response_larger_than_a_record_arrives_whole()
    {
        var connection = await ConnectAsync(Context(), large: true);
        await connection.HandshakeAsync();

        Assert.That(await connection.AskAsync(), Has.Length.EqualTo(30_000));
    }

    async Task<TestTlsConnection> ConnectAsync(SslContext ssl, SecurityProtocol protocol = SecurityProtocol.Ssl, bool large = false)
    {
        var connection = await TestTlsConnection.OpenAsync(new ApiTable().Add(new PrincipalHandler(large)), ssl, logger, protocol);
        connections.Add(connection);
        return connection;
    }

    async Task AssertRefusedAsync(TestTlsConnection connection, string reason)
    {
        await connection.UntilServerClosesAsync();
        Assert.That(connection.Connection.IsEstablished, Is.False);
        Assert.That(logger.Messages, Has.Count.EqualTo(1).And.All.Contains("(SSL handshake failed): " + reason));
    }

    SslContext Context(params (string Name, string Value)[] settings)
    {
        (string Name, string Value)[] all =
        [
            ("listeners", "SSL://:9093"), ("ssl.keystore.type", "PEM"), ("ssl.truststore.type", "PEM"),
            ("ssl.keystore.key", TestCertificates.KeyPem(server)), ("ssl.keystore.certificate.chain", authority.ChainPem(server)), .. settings,
        ];
        var config = SslConfig.Of(
            BrokerConfig.Create(all.ToDictionary(setting => setting.Name, setting => setting.Value)).Settings, new("SSL", SecurityProtocol.Ssl, "", 9093));
        return new(config, SslStores.Read(config, path => Encoding.ASCII.GetBytes(path)));
    }

    /// <summary>Answers with the name of who asks.</summary>
    sealed class PrincipalHandler(bool large) : IHandler<ListGroupsRequest, ListGroupsResponse>
    {
        public ValueTask<ListGroupsResponse?> HandleAsync(ListGroupsRequest request, RequestContext context) =>
            new(new ListGroupsResponse { Groups = [new() { GroupId = large ? new string('x', 30_000) : context.Principal.ToString(), ProtocolType = "" }] });
    }
}
