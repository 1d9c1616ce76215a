using NettyKafka.Benchmarks.Servers;

/// <summary>The runtime calls this in a process whose DOTNET_STARTUP_HOOKS names this assembly, before that program's Main.</summary>
static class StartupHook
{
    public static void Initialize() => UsageProbe.Start();
}
