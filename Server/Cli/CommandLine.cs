using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using NettyKafka.Cli.Logging;
using NettyKafka.Server.Config;

namespace NettyKafka.Cli;

/// <summary>The arguments and options of <c>nettykafka</c>; <c>serve</c> is the command when none is named.</summary>
sealed class CommandLine
{
    const int MaxNodes = 100;

    readonly Argument<string?> properties = NewPropertiesArgument();

    readonly Argument<string?> propertiesOfServe = NewPropertiesArgument();

    readonly Argument<string?> propertiesOfConfig = NewPropertiesArgument();

    readonly Option<string[]> overrides = new("--override")
    {
        Description = "Set a property, whatever the file and the environment say; can be repeated",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    readonly Option<string?> listen = new("--listen")
    {
        Description = "Listen here and nowhere else (:9092 is every interface, port 0 a free port)",
        HelpName = "HOST:PORT",
    };

    readonly Option<int> nodes = new("--nodes")
    {
        Description = "Be a cluster of so many nodes, each on the port behind that of the one before",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    readonly Option<string?> data = new("--data") { Description = "Keep the data in this directory (log.dirs)", HelpName = "DIR" };

    readonly Option<bool> memory = new("--memory") { Description = "Keep the data in memory; nothing is written to disk" };

    readonly Option<bool> tlsDev = new("--tls-dev")
    {
        Description = "Serve TLS with a certificate for development, valid for localhost and this machine's name; with --listen there, else on port 9093 too",
    };

    readonly Option<bool> faultyDisk = new("--faulty-disk") { Description = "With --control: keep the data on a disk in memory that commands let fail, fill up or lose power" };

    readonly Option<string?> control = new("--control")
    {
        Description = "Let tests control the broker over HTTP here; whoever reaches it may do everything",
        HelpName = "ADDRESS:PORT",
    };

    readonly Option<string> profile = new("--profile")
    {
        Description = "Defaults under all settings: as Kafka, flushed before each answer, or small and quick for tests",
        HelpName = "kafka|durable|dev",
        DefaultValueFactory = _ => "kafka",
    };

    readonly Option<string?> logLevel = new("--log-level") { Description = "The least that is logged (default: info)", HelpName = "trace|debug|info|warn|error|off" };

    readonly Option<string> logFormat = new("--log-format")
    {
        Description = "Lines like Kafka's, or one JSON object a line",
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    };

    readonly Option<string> address = new("--address")
    {
        Description = "Where a broker was given --control",
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => ControlOptions.DefaultAddress,
    };

    readonly Argument<string?> controlCommand = new("COMMAND") { Description = "What to do; without it the commands are listed", Arity = ArgumentArity.ZeroOrOne };

    readonly Argument<string[]> controlArguments = new("name=value") { Description = "What the command takes; or all of it as one JSON object", Arity = ArgumentArity.ZeroOrMore };

    readonly RootCommand root = new("A Kafka broker in one small process.");

    public CommandLine(Func<ServeOptions, Task<int>> serve, Func<ServeOptions, int> showConfig, Func<ControlOptions, Task<int>> runControl)
    {
        foreach (var choice in new Option[] { profile, logLevel, logFormat })
            choice.Validators.Add(CheckChoice);
        nodes.Validators.Add(static result =>
        {
            if (!result.Implicit && (!int.TryParse(result.Tokens.SingleOrDefault()?.Value, out var count) || count is < 1 or > MaxNodes))
                result.AddError($"--nodes is a number from 1 to {MaxNodes}");
        });
        control.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ControlOptions.EndpointOf(token.Value) is null)
                result.AddError($"--control {token.Value}: ADDRESS:PORT is expected, such as {ControlOptions.DefaultAddress}; 0.0.0.0:PORT is every interface");
        });

        var serveCommand = new Command("serve", "Run a broker until SIGTERM or Ctrl-C (the default command)");
        AddServe(root, properties, serve);
        AddServe(serveCommand, propertiesOfServe, serve);
        root.Add(serveCommand);
        var configCommand = new Command("config", "Print the configuration that serve would run with, and where each value comes from");
        AddServe(configCommand, propertiesOfConfig, options => Task.FromResult(showConfig(options)));
        root.Add(configCommand);
        root.Add(NewControlCommand(runControl));
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, properties);
    }

    /// <summary>Runs what the arguments say. Arguments that make no sense are one line on standard error and exit code 1.</summary>
    public async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var result = root.Parse(args);
        if (result.Errors.Count > 0 && result.Action is not HelpWithExamples)
        {
            await error.WriteLineAsync($"nettykafka: {result.Errors[0].Message.ReplaceLineEndings(" ")} (see nettykafka --help)").ConfigureAwait(false);
            return 1;
        }
        // The signals are the serve command's own: it has a clean stop to finish.
        var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await result.InvokeAsync(invocation).ConfigureAwait(false);
    }

    void AddServe(Command command, Argument<string?> file, Func<ServeOptions, Task<int>> serve)
    {
        command.Add(file);
        foreach (var option in new Option[] { overrides, listen, nodes, data, memory, tlsDev, control, faultyDisk, profile, logLevel, logFormat })
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(memory) && result.GetValue(data) is not null)
                result.AddError("--data and --memory exclude each other");
            if (result.GetValue(faultyDisk) && (result.GetValue(data) is not null || result.GetValue(control) is null))
                result.AddError("--faulty-disk goes with --control, and without --data: that disk lies in memory");
        });
        command.SetAction((result, _) => serve(OptionsOf(result)));
    }

    Command NewControlCommand(Func<ControlOptions, Task<int>> run)
    {
        var command = new Command("control", "Have a broker that serves with --control do something, and print its answer as JSON") { address, controlCommand, controlArguments };
        command.SetAction((result, _) => run(new(result.GetValue(address)!, result.GetValue(controlCommand), result.GetValue(controlArguments) ?? [])));
        return command;
    }

    static Argument<string?> NewPropertiesArgument()
    {
        var argument = new Argument<string?>("server.properties")
        {
            Description = "Kafka's properties file; without it the broker listens on 127.0.0.1:9092 and keeps its data in ./data",
            Arity = ArgumentArity.ZeroOrOne,
        };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] option }])
                result.AddError($"{option} is not an option");
        });
        return argument;
    }

    /// <summary>The choices are those that the help shows.</summary>
    static void CheckChoice(OptionResult result)
    {
        var choices = result.Option.HelpName!.Split('|');
        if (result.Tokens is [var token] && !choices.Contains(token.Value, StringComparer.OrdinalIgnoreCase))
            result.AddError($"{result.Option.Name} {token.Value}: one of {string.Join(", ", choices)} is expected");
    }

    ServeOptions OptionsOf(ParseResult result) => new()
    {
        PropertiesFile = result.GetValue(propertiesOfServe) ?? result.GetValue(propertiesOfConfig) ?? result.GetValue(properties),
        Overrides = result.GetValue(overrides) ?? [],
        Listen = result.GetValue(listen),
        Nodes = result.GetValue(nodes),
        DataDirectory = result.GetValue(data),
        InMemory = result.GetValue(memory),
        FaultyDisk = result.GetValue(faultyDisk),
        TlsDev = result.GetValue(tlsDev),
        Control = result.GetValue(control) is { } endpoint ? ControlOptions.EndpointOf(endpoint) : null,
        Profile = Enum.Parse<Profile>(result.GetValue(profile)!, ignoreCase: true),
        LogLevel = result.GetValue(logLevel) is { } level ? ConsoleLog.LevelOf(level) : null,
        LogFormat = Enum.Parse<LogFormat>(result.GetValue(logFormat)!, ignoreCase: true),
    };
}
