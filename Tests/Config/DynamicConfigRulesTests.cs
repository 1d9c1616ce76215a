using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class DynamicConfigRulesTests
{
    [TestCase("log.dirs", "x", true, "Cannot update these configs dynamically: Set(log.dirs)")]
    [TestCase("fetch.max.bytes", "2048", false, "Cannot update these configs dynamically: Set(fetch.max.bytes)")]
    [TestCase("sasl.users", "admin:x", true, "Cannot update these configs dynamically: Set(sasl.users)")]
    [TestCase("listener.name.x.sasl.users", "admin:x", true, "Cannot update these configs dynamically: Set(listener.name.x.sasl.users)")]
    [TestCase("super.users", "User:me", false, "Cannot update these configs dynamically: Set(super.users)")]
    [TestCase("ssl.keystore.location", "k.pem", true, "These security configs can be dynamically updated only per-listener using the listener prefix: Set(ssl.keystore.location)")]
    [TestCase("ssl.client.auth", "required", false, "Cannot update these configs at default cluster level, broker id must be specified: Set(ssl.client.auth)")]
    [TestCase("listener.name.tls.ssl.keystore.location", "k.pem", false,
        "Cannot update these configs at default cluster level, broker id must be specified: Set(listener.name.tls.ssl.keystore.location)")]
    [TestCase("message.max.bytes", "many", false, "Invalid value many for configuration message.max.bytes: Not a number of type INT")]
    [TestCase("num.io.threads", "0", true, "Invalid value 0 for configuration num.io.threads: Value must be at least 1")]
    [TestCase("listener.name.tls.max.connections", "-1", true, "Invalid value -1 for configuration listener.name.tls.max.connections: Value must be at least 0")]
    public void A_config_that_cannot_be_altered_is_refused_in_Kafkas_words(string name, string value, bool isOfOneBroker, string message) =>
        Assert.That(DynamicConfigRules.Check(name, value, isOfOneBroker), Is.EqualTo(message));

    [TestCase("message.max.bytes", "1000", false)]
    [TestCase("message.max.bytes", "1000", true)]
    [TestCase("ssl.client.auth", "required", true)]
    [TestCase("listener.name.tls.ssl.keystore.location", "k.pem", true)]
    [TestCase("listener.name.tls.max.connections", "10", false)]
    [TestCase("some.plugin.setting", "x", false)]
    public void Other_configs_can_be_altered(string name, string value, bool isOfOneBroker) =>
        Assert.That(DynamicConfigRules.Check(name, value, isOfOneBroker), Is.Null);

    [Test]
    public void Who_may_alter_configs_does_not_alter_who_is_let_in()
    {
        var dynamic = new Dictionary<string, string>
        {
            ["sasl.users"] = "admin:x",
            ["plain.sasl.jaas.config"] = "PlainLoginModule required user_admin=\"x\";",
            ["plain.connections.max.reauth.ms"] = "abc",
            ["ssl.client.auth"] = "none",
            ["listener.name.tls.ssl.keystore.location"] = "new.pem",
            ["listener.name.tls.ssl.client.auth"] = "none",
        };

        var open = BrokerSettings.OfStart(new Dictionary<string, string>(), Profile.Dev).WithDynamic(dynamic, dynamic).OfOpenListeners();

        Assert.That(open.Effective.Keys.Intersect(dynamic.Keys), Is.EqualTo(new[] { "listener.name.tls.ssl.keystore.location" }));
    }

    [Test]
    public void All_that_is_wrong_in_the_same_way_is_named() =>
        Assert.That(
            DynamicConfigRules.Check(new Dictionary<string, string> { ["log.dirs"] = "x", ["broker.rack"] = "y", ["message.max.bytes"] = "1" }, isOfOneBroker: true),
            Is.EqualTo("Cannot update these configs dynamically: Set(broker.rack, log.dirs)"));
}
