using Microsoft.Extensions.Logging;
using NettyKafka.Cli;
using NettyKafka.Cli.Logging;
using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    readonly StringWriter output = new();
    readonly StringWriter error = new();
    ServeOptions? served;
    ServeOptions? shown;
    ControlOptions? controlled;

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [TestCase("")]
    [TestCase("serve")]
    public async Task Serve_is_the_default_command(string arguments)
    {
        Assert.That(await RunAsync(arguments), Is.EqualTo(42));
        Assert.That(served, Is.EqualTo(new ServeOptions { Overrides = served!.Overrides }));
        Assert.That(served.Overrides, Is.Empty);
    }

    [TestCase("my.properties --override a=1 --override b=2 --listen :9092 --nodes 3 --data /d --profile Durable --log-level DEBUG --log-format json")]
    [TestCase("serve --log-format=json --log-level debug --profile durable --data=/d --listen :9092 --nodes=3 --override a=1 my.properties --override b=2")]
    public async Task Every_option_is_read(string arguments)
    {
        await RunAsync(arguments);

        Assert.That(served!.Overrides, Is.EqualTo(new[] { "a=1", "b=2" }));
        Assert.That(served with { Overrides = [] }, Is.EqualTo(new ServeOptions
        {
            PropertiesFile = "my.properties",
            Overrides = [],
            Listen = ":9092",
            Nodes = 3,
            DataDirectory = "/d",
            Profile = Profile.Durable,
            LogLevel = LogLevel.Debug,
            LogFormat = LogFormat.Json,
        }));
    }

    [Test]
    public async Task Config_takes_what_serve_takes_and_starts_nothing()
    {
        Assert.That(await RunAsync("config my.properties --override a=1 --data /d --profile dev"), Is.EqualTo(43));

        Assert.That(shown! with { Overrides = [] }, Is.EqualTo(new ServeOptions { PropertiesFile = "my.properties", DataDirectory = "/d", Profile = Profile.Dev, Overrides = [] }));
        Assert.That(shown.Overrides, Is.EqualTo(new[] { "a=1" }));
        Assert.That(served, Is.Null);
    }

    [Test]
    public async Task The_data_can_be_in_memory()
    {
        await RunAsync("--memory");

        Assert.That(served!.InMemory, Is.True);
    }

    [TestCase("127.0.0.1:9099", "127.0.0.1:9099")]
    [TestCase("localhost:0", "127.0.0.1:0")]
    [TestCase("0.0.0.0:80", "0.0.0.0:80")]
    [TestCase("[::1]:9099", "[::1]:9099")]
    public async Task Control_is_on_where_it_is_told(string told, string endpoint)
    {
        await RunAsync($"serve --control {told}");

        Assert.That($"{served!.Control}", Is.EqualTo(endpoint));
    }

    [TestCase("control", "127.0.0.1:9099", null, "")]
    [TestCase("control Cluster", "127.0.0.1:9099", "Cluster", "")]
    [TestCase("control --address kafka:80 CreateTopic name=orders partitions=3", "kafka:80", "CreateTopic", "name=orders,partitions=3")]
    public async Task Control_takes_a_command_and_what_it_takes(string arguments, string address, string? command, string given)
    {
        Assert.That(await RunAsync(arguments), Is.EqualTo(44));

        Assert.That((controlled!.Address, controlled.Command, string.Join(',', controlled.Arguments)), Is.EqualTo((address, command, given)));
        Assert.That(served, Is.Null);
    }

    [TestCase("--nonsense", "nettykafka: --nonsense is not an option (see nettykafka --help)")]
    [TestCase("serve --nonsense", "nettykafka: --nonsense is not an option (see nettykafka --help)")]
    [TestCase("a b", "nettykafka: Unrecognized command or argument 'b'. (see nettykafka --help)")]
    [TestCase("--profile fast", "nettykafka: --profile fast: one of kafka, durable, dev is expected (see nettykafka --help)")]
    [TestCase("serve --log-level loud", "nettykafka: --log-level loud: one of trace, debug, info, warn, error, off is expected (see nettykafka --help)")]
    [TestCase("--log-format xml", "nettykafka: --log-format xml: one of text, json is expected (see nettykafka --help)")]
    [TestCase("--memory --data d", "nettykafka: --data and --memory exclude each other (see nettykafka --help)")]
    [TestCase("--faulty-disk", "nettykafka: --faulty-disk goes with --control, and without --data: that disk lies in memory (see nettykafka --help)")]
    [TestCase("--control 9099", "nettykafka: --control 9099: ADDRESS:PORT is expected, such as 127.0.0.1:9099; 0.0.0.0:PORT is every interface (see nettykafka --help)")]
    [TestCase("--control :9099", "nettykafka: --control :9099: ADDRESS:PORT is expected, such as 127.0.0.1:9099; 0.0.0.0:PORT is every interface (see nettykafka --help)")]
    [TestCase("--override", "nettykafka: Required argument missing for option: '--override'. (see nettykafka --help)")]
    public async Task What_makes_no_sense_is_one_line_and_exit_code_1(string arguments, string line)
    {
        Assert.That(await RunAsync(arguments), Is.EqualTo(1));
        Assert.That(error.ToString().TrimEnd(), Is.EqualTo(line));
        Assert.That(output.ToString(), Is.Empty);
        Assert.That(served, Is.Null);
    }

    [TestCase("--help")]
    [TestCase("serve -h")]
    public async Task Help_has_one_line_for_each_option_and_examples(string arguments)
    {
        Assert.That(await RunAsync(arguments), Is.Zero);

        var lines = output.ToString().Split('\n').Select(line => line.Trim()).ToList();
        foreach (var option in new[] { "--override", "--listen", "--nodes", "--data", "--memory", "--control", "--faulty-disk", "--profile", "--log-level", "--log-format" })
            Assert.That(lines.Count(line => line.StartsWith(option, StringComparison.Ordinal)), Is.EqualTo(1), option);
        Assert.That(lines, Does.Contain("Examples:"));
        Assert.That(output.ToString().Split("[<server.properties>]"), Has.Length.EqualTo(2));
        Assert.That(served, Is.Null);
    }

    [Test]
    public async Task The_version_is_one_line()
    {
        Assert.That(await RunAsync("--version"), Is.Zero);
        Assert.That(output.ToString().Trim(), Does.Match(@"^\d+\.\d+\.\d+\S*$"));
    }

    Task<int> RunAsync(string arguments) =>
        new CommandLine(
            options =>
            {
                served = options;
                return Task.FromResult(42);
            },
            options =>
            {
                shown = options;
                return 43;
            },
            options =>
            {
                controlled = options;
                return Task.FromResult(44);
            }).RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
}
