using System.Collections;
using Microsoft.Extensions.Logging;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Cli;

static class Program
{
    static async Task<int> Main(string[] args)
    {
        RuntimeEnvironment.Prepare();
        using var signals = new TerminationSignals();
        var serve = new ServeCommand(StartAsync, EnvironmentVariables(), Console.Error, TimeProvider.System);
        var config = new ConfigCommand(EnvironmentVariables(), Console.Out, Console.Error);
        var control = new ControlClient(Console.Out, Console.Error);
        var commandLine = new CommandLine(options => serve.RunAsync(options, signals.Stop), config.Run, options => control.RunAsync(options, signals.Stop));
        return await commandLine.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
    }

    static async ValueTask<IAsyncDisposable> StartAsync(BrokerConfig config, ServeOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (options.TlsDev)
            new DevelopmentCertificates(Path.GetDirectoryName(config.Settings.Effective["ssl.keystore.location"])!, TimeProvider.System).Prepare(loggers.CreateLogger("nettykafka"));
        Node[] nodes = [.. Enumerable.Range(config.NodeId, options.Nodes).Select(id => new Node(id, config.BrokerRack))];
        IFileSystem files = options.FaultyDisk ? new FaultyFileSystem() : options.InMemory ? new MemoryFileSystem() : new DiskFileSystem();
        return options.Control is { } endpoint
            ? await ControlledBroker.StartAsync(config, files, nodes, endpoint, loggers, cancellation).ConfigureAwait(false)
            : await Broker.StartAsync(config, files, TimeProvider.System, loggers, nodes, cancellation).ConfigureAwait(false);
    }

    static Dictionary<string, string> EnvironmentVariables()
    {
        Dictionary<string, string> variables = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }
}
