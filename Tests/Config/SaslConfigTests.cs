using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class SaslConfigTests
{
    const string Jaas = "org.apache.kafka.common.security.plain.PlainLoginModule required username=admin password=admin user_alice=\"one\";";

    [Test]
    public void A_listeners_own_configs_go_before_those_of_all()
    {
        var settings = Settings(
            ("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
            ("listener.name.inner.sasl.enabled.mechanisms", "PLAIN"),
            ("listener.name.inner.plain.sasl.jaas.config", Jaas));

        Assert.That(SaslConfig.Of(settings, "INNER").EnabledMechanisms, Is.EqualTo(new[] { "PLAIN" }));
        Assert.That(SaslConfig.Of(settings, "OUTER").EnabledMechanisms, Is.EqualTo(new[] { "SCRAM-SHA-512" }));
    }

    [Test]
    public void Users_are_those_of_the_login_module_and_of_the_one_plain_line()
    {
        var config = SaslConfig.Of(Settings(("sasl.enabled.mechanisms", "PLAIN"), ("listener.name.x.plain.sasl.jaas.config", Jaas), ("sasl.users", "bob:t:wo, eve:three")), "X");

        Assert.That(config.PlainUsers, Is.EquivalentTo(new Dictionary<string, string> { ["alice"] = "one", ["bob"] = "t:wo", ["eve"] = "three" }));
        Assert.That(config.Users.Keys, Is.EquivalentTo(new[] { "bob", "eve" }));
    }

    [Test]
    public void The_time_until_the_next_authentication_is_the_mechanisms_own_before_that_of_all()
    {
        var config = SaslConfig.Of(
            Settings(("sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512"), ("connections.max.reauth.ms", "5000"), ("listener.name.x.scram-sha-256.connections.max.reauth.ms", "1000")), "X");

        Assert.That((config.MaxReauthMs("SCRAM-SHA-256"), config.MaxReauthMs("SCRAM-SHA-512")), Is.EqualTo((1000, 5000)));
    }

    [TestCase("sasl.enabled.mechanisms", "GSSAPI,PLAIN", "sasl.enabled.mechanisms=GSSAPI: one of [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER] is expected")]
    [TestCase("sasl.enabled.mechanisms", "", "sasl.enabled.mechanisms=: at least one of [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER] is expected")]
    [TestCase("sasl.users", "alice", "sasl.users=[hidden]: NAME:PASSWORD,… is expected")]
    public void What_is_wrong_is_told_in_one_line(string name, string value, string message) =>
        Assert.That(() => SaslConfig.Of(Settings((name, value)), "X"), Throws.TypeOf<ConfigException>().With.Message.EqualTo(message));

    [Test]
    public void Plain_without_users_is_a_mistake() =>
        Assert.That(() => SaslConfig.Of(Settings(("sasl.enabled.mechanisms", "PLAIN")), "X"), Throws.TypeOf<ConfigException>().With.Message.StartsWith("listener.name.x.plain.sasl.jaas.config: users are expected"));

    [Test]
    public void Secrets_are_not_described()
    {
        var settings = Settings(("sasl.enabled.mechanisms", "PLAIN"), ("listener.name.x.plain.sasl.jaas.config", Jaas), ("sasl.users", "bob:two"));

        var entries = new ConfigDescription(new BrokerConfig(settings)).DescribeBroker();

        Assert.That(entries.Where(entry => entry.Name.EndsWith("jaas.config", StringComparison.Ordinal) || entry.Name == "sasl.users").Select(entry => (entry.Value, entry.IsSensitive)), Has.All.EqualTo(((string?)null, true)));
        Assert.That(settings.ToString(), Does.Not.Contain("two"));
    }

    static BrokerSettings Settings(params (string Name, string Value)[] settings) => BrokerConfig.Create(settings.ToDictionary(setting => setting.Name, setting => setting.Value)).Settings;
}
