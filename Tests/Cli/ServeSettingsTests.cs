using NettyKafka.Cli;
using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Cli;

public sealed class ServeSettingsTests : IDisposable
{
    static readonly Dictionary<string, string> noEnvironment = [];

    readonly string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.properties");

    public void Dispose() => File.Delete(file);

    [Test]
    public void Without_a_file_the_broker_is_for_this_machine_alone()
    {
        var config = ServeSettings.Resolve(new(), noEnvironment);

        Assert.That(config.Listeners.Single().ToString(), Is.EqualTo("PLAINTEXT://127.0.0.1:9092"));
        Assert.That(config.LogDirs, Is.EqualTo(new[] { "./data" }));
    }

    [Test]
    public void Several_nodes_have_replicas_unless_somebody_says_otherwise()
    {
        var config = ServeSettings.Resolve(new() { Nodes = 3, Overrides = ["offsets.topic.replication.factor=1"] }, noEnvironment).Settings.Effective;

        Assert.That(config["default.replication.factor"], Is.EqualTo("3"));
        Assert.That(config["transaction.state.log.replication.factor"], Is.EqualTo("3"));
        Assert.That(config["offsets.topic.replication.factor"], Is.EqualTo("1"));
        Assert.That(config["offsets.topic.num.partitions"], Is.EqualTo("10"));
    }

    [Test]
    public void With_a_file_Kafkas_defaults_apply()
    {
        var config = ServeSettings.Resolve(WithFile("num.partitions=2"), noEnvironment);

        Assert.That(config.Listeners.Single().ToString(), Is.EqualTo("PLAINTEXT://:9092"));
        Assert.That(config.LogDirs, Is.EqualTo(new[] { "/tmp/kafka-logs" }));
    }

    [Test]
    public void The_environment_can_replace_the_defaults_without_a_file()
    {
        var config = ServeSettings.Resolve(new(), Environment(("KAFKA_LISTENERS", "PLAINTEXT://:9999"), ("KAFKA_LOG_DIR", "/d")));

        Assert.That(config.Listeners.Single().ToString(), Is.EqualTo("PLAINTEXT://:9999"));
        Assert.That(config.LogDirs, Is.EqualTo(new[] { "/d" }));
    }

    [TestCase(false, false, false, 50)]
    [TestCase(true, false, false, 2)]
    [TestCase(true, true, false, 3)]
    [TestCase(true, true, true, 4)]
    [TestCase(false, true, false, 3)]
    [TestCase(true, false, true, 4)]
    public void File_then_environment_then_override_each_goes_before(bool inFile, bool inEnvironment, bool inOverride, int partitions)
    {
        var options = inFile ? WithFile("offsets.topic.num.partitions=2") : new();
        var environment = inEnvironment ? Environment(("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "3")) : noEnvironment;

        var config = ServeSettings.Resolve(options with { Overrides = inOverride ? ["offsets.topic.num.partitions=4"] : [] }, environment);

        Assert.That(config.OffsetsTopicNumPartitions, Is.EqualTo(partitions));
    }

    [Test]
    public void A_profile_lies_under_the_file() =>
        Assert.That(ServeSettings.Resolve(WithFile("offsets.topic.num.partitions=2") with { Profile = Profile.Dev }, noEnvironment),
            Has.Property("OffsetsTopicNumPartitions").EqualTo(2).And.Property("TransactionStateLogNumPartitions").EqualTo(1));

    [Test]
    public void Listen_replaces_all_that_is_said_about_listeners()
    {
        var options = WithFile("""
            listeners=INTERNAL://:9092,CONTROLLER://:9093
            advertised.listeners=INTERNAL://localhost:9092
            listener.security.protocol.map=INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
            inter.broker.listener.name=INTERNAL
            controller.listener.names=CONTROLLER
            """);

        var config = ServeSettings.Resolve(options with { Listen = "[::1]:19092" }, Environment(("KAFKA_LISTENERS", "PLAINTEXT://:1")));

        Assert.That(config.Listeners.Single().ToString(), Is.EqualTo("PLAINTEXT://[::1]:19092"));
        Assert.That(config.AdvertisedListeners, Is.Empty);
    }

    [Test]
    public void An_override_can_advertise_beside_listen()
    {
        var config = ServeSettings.Resolve(new() { Listen = ":0", Overrides = ["advertised.listeners=PLAINTEXT://kafka.example:9092"] }, noEnvironment);

        Assert.That(config.Listeners.Single().Port, Is.Zero);
        Assert.That(config.FindAdvertised("PLAINTEXT")!.Host, Is.EqualTo("kafka.example"));
    }

    [Test]
    public void Data_goes_before_log_dirs() =>
        Assert.That(ServeSettings.Resolve(WithFile("log.dirs=/a,/b") with { DataDirectory = "/c" }, noEnvironment).LogDirs, Is.EqualTo(new[] { "/c" }));

    [Test]
    public void An_override_may_hold_equals_signs() =>
        Assert.That(ServeSettings.Resolve(new() { Overrides = ["broker.rack = a=b"] }, noEnvironment).BrokerRack, Is.EqualTo("a=b"));

    [TestCase("num.partitions", "--override num.partitions: KEY=VALUE is expected")]
    [TestCase("=1", "--override =1: KEY=VALUE is expected")]
    [TestCase("num.partitions=abc", "num.partitions=abc: an INT in [1,...] is expected")]
    public void An_override_that_makes_no_sense_is_named(string setting, string message) =>
        Assert.That(() => ServeSettings.Resolve(new() { Overrides = [setting] }, noEnvironment), Throws.TypeOf<ConfigException>().With.Message.EqualTo(message));

    [TestCase("9092")]
    [TestCase("localhost")]
    [TestCase("localhost:65536")]
    [TestCase("a:1,b:2")]
    public void Listen_takes_one_host_and_port(string listen) =>
        Assert.That(() => ServeSettings.Resolve(new() { Listen = listen }, noEnvironment),
            Throws.TypeOf<ConfigException>().With.Message.EqualTo($"--listen {listen}: HOST:PORT is expected"));

    ServeOptions WithFile(string text)
    {
        File.WriteAllText(file, text);
        return new() { PropertiesFile = file };
    }

    static Dictionary<string, string> Environment(params (string Name, string Value)[] variables) =>
        variables.ToDictionary(variable => variable.Name, variable => variable.Value);
}
