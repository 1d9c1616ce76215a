using System.Collections;
using NettyKafka.Server.Config;

namespace NettyKafka.Cli;

static class Program
{
    static async Task<int> Main(string[] args)
    {
        RuntimeEnvironment.Prepare();
        using var signals = new TerminationSignals();
        var serve = new ServeCommand(
            (_, _, _, _) => throw new ConfigException("this build has no broker to start"), EnvironmentVariables(), Console.Error, TimeProvider.System);
        var commandLine = new CommandLine(options => serve.RunAsync(options, signals.Stop));
        return await commandLine.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
    }

    static Dictionary<string, string> EnvironmentVariables()
    {
        Dictionary<string, string> variables = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }
}
