using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class ConfigDefTests
{
    static readonly string[][] rows = [.. File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Config", "Golden", "configs.tsv")).Skip(1).Select(line => line.Split('\t'))];

    [TestCase("broker", 320)]
    [TestCase("topic", 33)]
    [TestCase("group", 11)]
    public void The_names_are_Kafkas(string scope, int count)
    {
        var names = rows.Where(row => row[0] == scope).Select(row => row[1]).ToArray();

        Assert.That(names, Has.Length.EqualTo(count));
        Assert.That(DefinitionOf(scope).Keys.Select(key => key.Name), Is.EqualTo(names));
    }

    [Test]
    public void Every_config_has_Kafkas_type_default_importance_valid_values_and_mode() =>
        Assert.Multiple(() =>
        {
            foreach (var row in rows)
                AssertEqual(DefinitionOf(row[0])[row[1]], row);
        });

    [Test]
    public void An_internal_config_is_known_but_not_among_those_that_are_shown()
    {
        Assert.That(BrokerConfigs.Definition["producer.id.expiration.check.interval.ms"].Default, Is.EqualTo("600000"));
        Assert.That(BrokerConfigs.Definition.Keys.Where(key => key.IsInternal), Is.Empty);
        Assert.That(BrokerConfig.Create(new Dictionary<string, string> { ["producer.id.expiration.check.interval.ms"] = "5" }).ProducerIdExpirationCheckIntervalMs, Is.EqualTo(5));
    }

    [Test]
    public void Every_default_is_valid() =>
        Assert.Multiple(() =>
        {
            foreach (var key in AllKeys().Where(key => key.Default is not null))
                Assert.That(key.TryParse(key.Default!, out _, out var error), Is.True, () => error!.Message);
        });

    [Test]
    public void What_is_used_is_documented_and_the_secrets_are_known()
    {
        Assert.That(BrokerConfigs.Definition["num.partitions"].IsUsed, Is.True);
        Assert.That(BrokerConfigs.Definition["controller.quorum.voters"].IsUsed, Is.False);
        Assert.That(AllKeys().Where(key => key.IsSensitive).Select(key => key.Name), Is.EquivalentTo(rows.Where(row => row[2] == "PASSWORD").Select(row => row[1])));
    }

    [TestCase("listeners", DynamicMode.PerBroker)]
    [TestCase("ssl.keystore.location", DynamicMode.PerBroker)]
    [TestCase("sasl.jaas.config", DynamicMode.PerBroker)]
    [TestCase("max.connections", DynamicMode.ClusterWide)]
    [TestCase("log.retention.ms", DynamicMode.ClusterWide)]
    [TestCase("log.retention.hours", DynamicMode.Static)]
    public void A_dynamic_config_is_of_one_broker_or_of_all(string name, DynamicMode mode) =>
        Assert.That(BrokerConfigs.Definition[name].Mode, Is.EqualTo(mode));

    static IEnumerable<ConfigKey> AllKeys() => [.. BrokerConfigs.Definition.Keys, .. TopicConfigs.Definition.Keys, .. GroupConfigs.Definition.Keys];

    static ConfigDef DefinitionOf(string scope) => scope switch
    {
        "broker" => BrokerConfigs.Definition,
        "topic" => TopicConfigs.Definition,
        _ => GroupConfigs.Definition,
    };

    static void AssertEqual(ConfigKey key, string[] row)
    {
        var (type, importance, valid) = (row[2], row[4], row[5]);
        Assert.That(ConfigParser.NameOf(key.Type), Is.EqualTo(type), key.Name);
        Assert.That(key.IsRequired ? "(required)" : TextOfDefault(key), Is.EqualTo(row[3]), key.Name);
        Assert.That(key.Importance.ToString().ToUpperInvariant(), Is.EqualTo(importance), key.Name);
        Assert.That(key.Validator?.Valid ?? "", Is.EqualTo(valid), key.Name);
        Assert.That(key.Mode == DynamicMode.Static ? "static" : "dynamic", Is.EqualTo(row.ElementAtOrDefault(6) is { Length: > 0 } mode ? mode : "static"), key.Name);
    }

    static string TextOfDefault(ConfigKey key) => key switch
    {
        { Default: null } => "null",
        { Type: ConfigType.Class } => $"class {key.Default}",
        _ => key.Default,
    };
}
