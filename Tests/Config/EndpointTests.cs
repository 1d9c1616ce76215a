using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class EndpointTests
{
    [TestCase("PLAINTEXT://:9092", "", 9092)]
    [TestCase("PLAINTEXT://0.0.0.0:0", "0.0.0.0", 0)]
    [TestCase("plaintext://kafka-1.example_x:65535", "kafka-1.example_x", 65535)]
    [TestCase("PLAINTEXT://[::1]:9092", "::1", 9092)]
    [TestCase("PLAINTEXT://[fe80::1%eth0]:9092", "fe80::1%eth0", 9092)]
    [TestCase(" PLAINTEXT://127.0.0.1:9092 , ", "127.0.0.1", 9092)]
    public void A_listener_is_a_name_a_host_and_a_port(string listeners, string host, int port) =>
        Assert.That(Create(("listeners", listeners)).Listeners, Is.EqualTo(new[] { new Endpoint("PLAINTEXT", SecurityProtocol.Plaintext, host, port) }));

    [TestCase("PLAINTEXT")]
    [TestCase("9092")]
    [TestCase("://:9092")]
    [TestCase("PLAINTEXT://localhost")]
    [TestCase("PLAINTEXT:localhost:9092")]
    [TestCase("PLAINTEXT://localhost:")]
    [TestCase("PLAINTEXT://localhost:-1")]
    [TestCase("PLAINTEXT://localhost:65536")]
    [TestCase("PLAINTEXT://::1:9092")]
    [TestCase("PLAINTEXT://[localhost]:9092")]
    [TestCase("PLAINTEXT://a b:9092")]
    public void What_is_not_a_listener_is_named(string listener) =>
        Assert.That(() => Create(("listeners", listener)), Throws.TypeOf<ConfigException>().With.Message.StartsWith($"listeners={listener}: NAME://HOST:PORT"));

    [Test]
    public void Names_get_their_protocol_from_the_map()
    {
        var config = Create(
            ("listeners", "INTERNAL://:9092,External://:9093"), ("listener.security.protocol.map", "internal:plaintext, EXTERNAL:PLAINTEXT,"), ("inter.broker.listener.name", "internal"));

        Assert.That(config.Listeners.Select(listener => listener.Name), Is.EqualTo(new[] { "INTERNAL", "EXTERNAL" }));
        Assert.That(config.InterBrokerListenerName, Is.EqualTo("INTERNAL"));
    }

    [Test]
    public void A_controllers_listener_is_accepted_and_not_opened()
    {
        var config = Create(
            ("listeners", "PLAINTEXT://:9092,CONTROLLER://:9093"), ("controller.listener.names", "CONTROLLER"), ("advertised.listeners", "PLAINTEXT://h:9092,CONTROLLER://h:9093"));

        Assert.That(config.Listeners.Single().Name, Is.EqualTo("PLAINTEXT"));
        Assert.That(config.ControllerListeners.Single().Port, Is.EqualTo(9093));
        Assert.That(config.AdvertisedListeners.Single().ToString(), Is.EqualTo("PLAINTEXT://h:9092"));
    }

    [Test]
    public void An_advertised_listener_is_found_by_name()
    {
        var config = Create(("listeners", "PLAINTEXT://:9092,B://:9093"), ("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,B:PLAINTEXT"), ("advertised.listeners", "B://[::1]:19093,"));

        Assert.That(config.FindAdvertised("B")!.ToString(), Is.EqualTo("B://[::1]:19093"));
        Assert.That(config.FindAdvertised("PLAINTEXT"), Is.Null);
    }

    [TestCase("PLAINTEXT://127.0.0.1:9092,B://[::1]:9092", Description = "IPv4 and IPv6")]
    [TestCase("PLAINTEXT://127.0.0.1:9092,B://127.0.0.2:9092")]
    [TestCase("PLAINTEXT://:0,B://:0")]
    public void Two_listeners_may_have_one_port_on_different_addresses(string listeners) =>
        Assert.That(Create(("listeners", listeners), ("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,B:PLAINTEXT")).Listeners, Has.Count.EqualTo(2));

    [TestCase("PLAINTEXT://:9092,B://:9092", "listeners=B://:9092: a port of its own for each listener (PLAINTEXT://:9092 has it) is expected")]
    [TestCase("PLAINTEXT://127.0.0.1:9092,B://0.0.0.0:9092", "listeners=B://0.0.0.0:9092: a port of its own for each listener (PLAINTEXT://127.0.0.1:9092 has it) is expected")]
    [TestCase("B://:1,b://:2", "listeners=b://:2: a name of its own for each listener (B is there twice) is expected")]
    [TestCase("C://:1", "listeners=C://:1: the security protocol of C in listener.security.protocol.map is expected")]
    [TestCase("TLS://:1", "ssl.keystore.location=: a PEM or PKCS12 file with a private key and its certificates is expected, since the listener TLS uses TLS")]
    [TestCase("SASL://:1", "sasl.enabled.mechanisms=GSSAPI: one of [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER] is expected")]
    [TestCase("CONTROLLER://:1", "listeners=CONTROLLER://:1: at least one listener is expected that is not in controller.listener.names")]
    public void Listeners_that_cannot_be_opened_are_refused(string listeners, string message) =>
        Assert.That(
            () => Create(("listeners", listeners), ("controller.listener.names", "CONTROLLER"), ("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,B:PLAINTEXT,TLS:SSL,SASL:SASL_PLAINTEXT")),
            Throws.TypeOf<ConfigException>().With.Message.EqualTo(message));

    [TestCase("listener.security.protocol.map", "A:TELNET", "listener.security.protocol.map=A:TELNET: one of [PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL] as the protocol is expected")]
    [TestCase("listener.security.protocol.map", "A", "listener.security.protocol.map=A: LISTENER_NAME:PROTOCOL is expected")]
    [TestCase("advertised.listeners", "SSL://h:1", "advertised.listeners=SSL://h:1: a name of listeners is expected, one of [PLAINTEXT]")]
    [TestCase("advertised.listeners", "PLAINTEXT://0.0.0.0:1", "advertised.listeners=PLAINTEXT://0.0.0.0:1: an address that clients can connect to is expected")]
    [TestCase("inter.broker.listener.name", "x", "inter.broker.listener.name=X: one of [PLAINTEXT] is expected")]
    public void What_goes_with_the_listeners_must_fit_them(string name, string value, string message) =>
        Assert.That(() => Create((name, value)), Throws.TypeOf<ConfigException>().With.Message.EqualTo(message));

    static BrokerConfig Create(params (string Name, string Value)[] settings) =>
        BrokerConfig.Create(settings.ToDictionary(setting => setting.Name, setting => setting.Value));
}
