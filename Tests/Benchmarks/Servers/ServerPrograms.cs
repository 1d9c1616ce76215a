using System.Diagnostics;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>Where the servers' programs are, and how they are started.</summary>
sealed class ServerPrograms(string repository, string? broker)
{
    static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>The broker under load: the plain Release build if no other is asked for.</summary>
    public string Broker => broker ?? Path.Combine(repository, "Server", "Cli", "bin", "Release", "net10.0", $"nettykafka{Suffix}");

    /// <summary>What the Publish target made, if it ran.</summary>
    public string? Published => Path.Combine(repository, "artifacts", $"nettykafka{Suffix}") is var program && File.Exists(program) ? program : null;

    public string ResultFile => Path.Combine(repository, "artifacts", "bench.json");

    public static ServerPrograms Find(string? broker)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "NettyKafka.sln")))
                return new(directory.FullName, broker);
        throw new FileNotFoundException($"No NettyKafka.sln is above {AppContext.BaseDirectory}.");
    }

    public static ServerProcess StartBroker(string program, string dataDirectory) => new(Serve(program, dataDirectory), isProbed: false);

    /// <summary>The broker with the probe of its allocations. A program that brings its own runtime has no place for one.</summary>
    public static ServerProcess StartProbedBroker(string program, string dataDirectory, params IEnumerable<string> settings)
    {
        var start = Serve(program, dataDirectory);
        foreach (var setting in settings)
            start.ArgumentList.Add($"--override={setting}");
        if (IsManaged(program))
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(ServerPrograms).Assembly.Location;
        return new(start, IsManaged(program));
    }

    public static string FlavourOf(string program) => IsManaged(program) ? "plain Release build, just-in-time compiled" : "published";

    public static ServerProcess StartNullServer(string dataDirectory) =>
        new(new(Path.Combine(AppContext.BaseDirectory, $"NettyKafka.Benchmarks{Suffix}"), [NullServer.Command, dataDirectory]), isProbed: true);

    static ProcessStartInfo Serve(string program, string dataDirectory) => new(program, ["serve", "--listen", "127.0.0.1:0", "--data", dataDirectory]);

    static bool IsManaged(string program) => File.Exists(Path.Combine(Path.GetDirectoryName(program)!, $"{Path.GetFileNameWithoutExtension(program)}.dll"));
}
