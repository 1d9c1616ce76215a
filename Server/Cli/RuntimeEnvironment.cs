using System.Globalization;

namespace NettyKafka.Cli;

/// <summary>Environment variables that the event loop and the sockets read once, so they are set before anything else runs.</summary>
static class RuntimeEnvironment
{
    public static readonly IReadOnlyDictionary<string, string> Defaults = new Dictionary<string, string>
    {
        // The default samples one buffer in 128 with its stack: a third of the cost of a small request.
        ["io.netty.leakDetection.level"] = "disabled",
        // Without them the first channel lists all network interfaces: about 100 ms of the start. Only eight plain digits are read correctly.
        ["io.netty.machineId"] = "00000000",
        ["io.netty.processId"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        // A completed socket operation only hands over to the event loop, so it needs no thread of the pool in between.
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
    };

    /// <summary>Sets what the user has not set.</summary>
    public static void Prepare()
    {
        foreach (var (name, value) in Defaults)
            if (Environment.GetEnvironmentVariable(name) is null)
                Environment.SetEnvironmentVariable(name, value);
    }
}
