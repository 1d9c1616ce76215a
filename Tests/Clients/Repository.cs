namespace NettyKafka.Tests.Clients;

/// <summary>Where the clone and what was built in it lie.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>The broker built in the configuration of these tests.</summary>
    public static string BuiltBroker => Path("Server", "Cli", "bin", Configuration, "net10.0", "nettykafka.dll");

    public static string PublishedBroker => Path("artifacts", OperatingSystem.IsWindows() ? "nettykafka.exe" : "nettykafka");

    static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    static string FindRoot(string directory) =>
        File.Exists(System.IO.Path.Combine(directory, "NettyKafka.sln"))
            ? directory
            : FindRoot(System.IO.Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("The tests run outside of a clone."));
}
