using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class EnvironmentSettingsTests
{
    [TestCase("KAFKA_NUM_PARTITIONS", "num.partitions")]
    [TestCase("KAFKA_VALID___PROPERTY__ALL_CASES", "valid-property_all.cases")]
    [TestCase("KAFKA_LISTENER_NAME_SASL__PLAINTEXT_PLAIN_SASL_JAAS_CONFIG", "listener.name.sasl_plaintext.plain.sasl.jaas.config")]
    [TestCase("KAFKA_CFG_NODE_ID", "node.id")]
    [TestCase("KAFKA_KAFKA_METRICS_REPORTERS", "kafka.metrics.reporters")]
    public void A_variable_becomes_a_property(string variable, string property) =>
        Assert.That(Read((variable, "v")), Is.EqualTo(new Dictionary<string, string> { [property] = "v" }));

    [TestCase("KAFKA_VERSION")]
    [TestCase("KAFKA_HEAP_OPTS")]
    [TestCase("KAFKA_LOG4J_OPTS")]
    [TestCase("KAFKA_OPTS")]
    [TestCase("KAFKA_JMX_OPTS")]
    [TestCase("KAFKA_JVM_PERFORMANCE_OPTS")]
    [TestCase("KAFKA_GC_LOG_OPTS")]
    [TestCase("KAFKA_LOG4J_ROOT_LOGLEVEL")]
    [TestCase("KAFKA_LOG4J_LOGGERS")]
    [TestCase("KAFKA_TOOLS_LOG4J_LOGLEVEL")]
    [TestCase("KAFKA_JMX_HOSTNAME")]
    [TestCase("HOME")]
    [TestCase("MY_KAFKA_NODE_ID")]
    public void Other_variables_are_no_properties(string variable) => Assert.That(Read((variable, "v")), Is.Empty);

    [Test]
    public void KAFKA_goes_before_its_alias()
    {
        Assert.That(Read(("KAFKA_NODE_ID", "1"), ("KAFKA_CFG_NODE_ID", "2"))["node.id"], Is.EqualTo("1"));
        Assert.That(Read(("KAFKA_CFG_NODE_ID", "2"), ("KAFKA_NODE_ID", "1"))["node.id"], Is.EqualTo("1"));
    }

    [Test]
    public void The_cluster_id_has_a_variable_of_its_own()
    {
        Assert.That(Read(("CLUSTER_ID", "5L6g3nShT-eMCtK--X86sw"))["cluster.id"], Is.EqualTo("5L6g3nShT-eMCtK--X86sw"));
        Assert.That(Read(("CLUSTER_ID", "")), Is.Empty);
    }

    [TestCase("PLAINTEXT://localhost:9092", "PLAINTEXT://0.0.0.0:9092")]
    [TestCase("A://:1,B://[::1]:2,", "A://0.0.0.0:1,B://0.0.0.0:2,")]
    [TestCase("nonsense", "nonsense")]
    public void Listeners_are_derived_from_the_advertised_ones(string advertised, string listeners)
    {
        Assert.That(Read(("KAFKA_ADVERTISED_LISTENERS", advertised))["listeners"], Is.EqualTo(listeners));
        Assert.That(Read(("KAFKA_ADVERTISED_LISTENERS", advertised), ("KAFKA_LISTENERS", "C://:3"))["listeners"], Is.EqualTo("C://:3"));
    }

    [Test]
    public void What_Testcontainers_sends_makes_a_broker()
    {
        var config = BrokerConfig.Create(Read(
            ("KAFKA_LISTENERS", "PLAINTEXT://:9092,BROKER://:9093,CONTROLLER://:9094"), ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://127.0.0.1:32769,BROKER://172.17.0.2:9093,"),
            ("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"), ("KAFKA_INTER_BROKER_LISTENER_NAME", "BROKER"),
            ("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"), ("KAFKA_BROKER_ID", "1"), ("KAFKA_NODE_ID", "1"), ("KAFKA_PROCESS_ROLES", "broker,controller"),
            ("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9094"), ("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"), ("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "1"),
            ("KAFKA_LOG_FLUSH_INTERVAL_MESSAGES", "9223372036854775807"), ("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"), ("CLUSTER_ID", "4L6g3nShT-eMCtK--X86sw")));

        Assert.That(config.Listeners.Select(listener => listener.ToString()), Is.EqualTo(new[] { "PLAINTEXT://:9092", "BROKER://:9093" }));
        Assert.That(config.FindAdvertised("PLAINTEXT")!.Port, Is.EqualTo(32769));
        Assert.That(config.ClusterId, Is.EqualTo("4L6g3nShT-eMCtK--X86sw"));
        Assert.That(config.GroupInitialRebalanceDelayMs, Is.Zero);
        Assert.That(config.Settings.UnknownNames, Is.Empty);
    }

    static Dictionary<string, string> Read(params (string Name, string Value)[] environment) =>
        EnvironmentSettings.Read(environment.ToDictionary(variable => variable.Name, variable => variable.Value));
}
