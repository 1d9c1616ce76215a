using NettyKafka.Server.Config;

namespace NettyKafka.Cli;

/// <summary>Joins what is set: profile, then server.properties, then environment, then --override, then --listen and --data; the later goes before.</summary>
static class ServeSettings
{
    // A listener given on the command line replaces all that a file says about listeners.
    static readonly string[] replacedByListen = ["advertised.listeners", "listener.security.protocol.map", "inter.broker.listener.name", "security.inter.broker.protocol"];

    /// <summary>Without a file the broker is for this machine alone and keeps its data where it was started; a file has Kafka's own defaults.</summary>
    static readonly Dictionary<string, string> withoutFile = new()
    {
        ["listeners"] = "PLAINTEXT://127.0.0.1:9092",
        ["log.dirs"] = "./data",
    };

    public static BrokerConfig Resolve(ServeOptions options, IReadOnlyDictionary<string, string> environment)
    {
        var file = options.PropertiesFile is { } path ? PropertiesFile.Read(path) : [];
        var settings = BrokerSettings.Merge(file, EnvironmentSettings.Read(environment));
        if (options.Listen is not null)
            foreach (var name in replacedByListen)
                settings.Remove(name);
        settings = BrokerSettings.Merge(settings, Overrides(options), Direct(options));
        if (options.PropertiesFile is null)
            AddDefaults(settings);
        if (options.TlsDev)
            ApplyTlsDev(settings, options);
        return BrokerConfig.Create(settings, options.Profile);
    }

    static Dictionary<string, string> Overrides(ServeOptions options)
    {
        Dictionary<string, string> overrides = [];
        foreach (var setting in options.Overrides)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new ConfigException($"--override {setting}: KEY=VALUE is expected");
            overrides[setting[..equals].Trim()] = setting[(equals + 1)..].Trim();
        }
        return overrides;
    }

    static Dictionary<string, string> Direct(ServeOptions options)
    {
        Dictionary<string, string> direct = [];
        if (options.Listen is { } listen)
            direct["listeners"] = IsHostAndPort(listen) ? $"{(options.TlsDev ? "SSL" : "PLAINTEXT")}://{listen}" : throw new ConfigException($"--listen {listen}: HOST:PORT is expected");
        if (options.DataDirectory is { } directory)
            direct["log.dirs"] = directory;
        return direct;
    }

    static void ApplyTlsDev(Dictionary<string, string> settings, ServeOptions options)
    {
        settings.TryAdd("listeners", BrokerConfigs.Definition["listeners"].Default!);
        TlsDevSettings.Apply(settings, options.InMemory);
    }

    static bool IsHostAndPort(string listen) =>
        listen.LastIndexOf(':') is >= 0 and var colon && ushort.TryParse(listen.AsSpan(colon + 1), out _) && !listen.Contains(',', StringComparison.Ordinal);

    static void AddDefaults(Dictionary<string, string> settings)
    {
        settings.TryAdd("listeners", withoutFile["listeners"]);
        if (!settings.ContainsKey("log.dir"))
            settings.TryAdd("log.dirs", withoutFile["log.dirs"]);
    }
}
