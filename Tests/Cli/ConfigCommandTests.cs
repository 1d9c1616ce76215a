using NettyKafka.Cli;
using NettyKafka.Server.Config;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cli;

public sealed class ConfigCommandTests : IDisposable
{
    readonly TemporaryDirectory directory = new();
    readonly StringWriter output = new();
    readonly StringWriter error = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
        directory.Dispose();
    }

    [TestCase("num.partitions=5  # {file}")]
    [TestCase("num.io.threads=3  # environment")]
    [TestCase("delete.topic.enable=false  # --override")]
    [TestCase("log.dirs=/d  # command line")]
    [TestCase("offsets.topic.num.partitions=1  # --profile dev")]
    [TestCase("fetch.max.bytes=57671680  # default")]
    [TestCase("broker.rack=  # not set")]
    [TestCase("node.id=7  # follows from the others")]
    [TestCase("broker.id=7  # {file}")]
    [TestCase("controller.quorum.voters=1@here:9093  # {file}, accepted without effect")]
    public void Each_config_has_its_value_and_where_it_comes_from(string line)
    {
        var file = WriteFile("num.partitions=5\nnum.io.threads=2\ndelete.topic.enable=true\nbroker.id=7\ncontroller.quorum.voters=1@here:9093\n");
        var options = new ServeOptions { PropertiesFile = file, Overrides = ["delete.topic.enable=false"], DataDirectory = "/d", Profile = Profile.Dev };

        Assert.That(Run(options, ("KAFKA_NUM_IO_THREADS", "3")), Is.Zero);
        Assert.That(Lines, Does.Contain(line.Replace("{file}", file, StringComparison.Ordinal)));
    }

    [Test]
    public void Every_config_is_printed_once_in_the_order_of_the_names()
    {
        Run(new());

        var names = Lines.Select(line => line[..line.IndexOf('=', StringComparison.Ordinal)]).ToArray();
        Assert.That(names, Is.EqualTo(BrokerConfigs.Definition.Keys.Select(key => key.Name)));
        Assert.That(Lines, Does.Contain("listeners=PLAINTEXT://127.0.0.1:9092  # default without server.properties"));
    }

    [Test]
    public void A_secret_and_what_nobody_knows_are_not_shown()
    {
        Run(new() { Overrides = ["ssl.key.password=geheim", "listener.name.x.plain.sasl.jaas.config=user_a=\"geheim\";", "some.plugin.token=geheim"] });

        Assert.That(output.ToString(), Does.Not.Contain("geheim"));
        Assert.That(Lines, Does.Contain("some.plugin.token=[hidden]  # --override, unknown"));
        Assert.That(Lines.Single(line => line.StartsWith("ssl.key.password=", StringComparison.Ordinal)), Does.StartWith("ssl.key.password=[hidden]  # --override"));
    }

    [Test]
    public void A_wrong_value_is_one_line_and_exit_code_1()
    {
        Assert.That(Run(new() { Overrides = ["num.partitions=none"] }), Is.EqualTo(1));
        Assert.That(error.ToString().Trim(), Is.EqualTo("nettykafka: num.partitions=none: an INT in [1,...] is expected"));
        Assert.That(output.ToString(), Is.Empty);
    }

    [Test]
    public void A_mounted_file_is_used_when_none_is_named()
    {
        var mounted = WriteFile("num.partitions=5");

        var layers = ServeSettings.LayersOf(new(), new Dictionary<string, string>(), mounted);

        Assert.That(ServeSettings.Resolve(layers, Profile.Kafka).NumPartitions, Is.EqualTo(5));
        Assert.That(layers[0].Source, Is.EqualTo(mounted));
    }

    [Test]
    public void The_images_secrets_are_files_in_a_directory()
    {
        File.WriteAllText(Path.Combine(directory.Path, "creds"), "geheim\n");
        var environment = new Dictionary<string, string> { ["KAFKA_SSL_KEYSTORE_FILENAME"] = "broker.p12", ["KAFKA_SSL_KEYSTORE_CREDENTIALS"] = "creds" };

        Assert.That(
            ImageSecrets.Read(environment, directory.Path),
            Is.EquivalentTo(new Dictionary<string, string> { ["ssl.keystore.location"] = Path.Combine(directory.Path, "broker.p12"), ["ssl.keystore.password"] = "geheim" }));
        Assert.That(EnvironmentSettings.Read(environment), Is.Empty);
    }

    [Test]
    public void A_secret_that_is_not_there_is_named() =>
        Assert.That(
            () => ImageSecrets.Read(new Dictionary<string, string> { ["KAFKA_SSL_KEY_CREDENTIALS"] = "none" }, directory.Path),
            Throws.TypeOf<ConfigException>().With.Message.StartsWith($"KAFKA_SSL_KEY_CREDENTIALS=none: a file in {directory.Path} is expected that can be read"));

    string[] Lines => output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')).ToArray();

    int Run(ServeOptions options, params (string Name, string Value)[] environment) =>
        new ConfigCommand(environment.ToDictionary(variable => variable.Name, variable => variable.Value), output, error).Run(options);

    string WriteFile(string text)
    {
        var path = Path.Combine(directory.Path, "server.properties");
        File.WriteAllText(path, text);
        return path;
    }
}
