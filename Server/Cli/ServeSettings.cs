using NettyKafka.Server.Config;

namespace NettyKafka.Cli;

/// <summary>Joins what is set: profile, then server.properties, then environment, then --override, then --listen and --data; the later goes before.</summary>
static class ServeSettings
{
    /// <summary>Where the apache/kafka image looks for a file.</summary>
    const string MountedFile = "/mnt/shared/config/server.properties";

    // A listener given on the command line replaces all that a file says about listeners.
    static readonly string[] replacedByListen = ["advertised.listeners", "listener.security.protocol.map", "inter.broker.listener.name", "security.inter.broker.protocol"];

    /// <summary>Without a file the broker is for this machine alone and keeps its data where it was started; a file has Kafka's own defaults.</summary>
    static readonly Dictionary<string, string> withoutFile = new()
    {
        ["listeners"] = "PLAINTEXT://127.0.0.1:9092",
        ["log.dirs"] = "./data",
    };

    public static BrokerConfig Resolve(ServeOptions options, IReadOnlyDictionary<string, string> environment) => Resolve(LayersOf(options, environment), options.Profile);

    public static BrokerConfig Resolve(IReadOnlyList<SettingLayer> layers, Profile profile) =>
        BrokerConfig.Create(Merge(layers), profile);

    /// <summary>What is set, by where it comes from; the later goes before the earlier.</summary>
    public static IReadOnlyList<SettingLayer> LayersOf(ServeOptions options, IReadOnlyDictionary<string, string> environment, string mountedFile = MountedFile)
    {
        var path = options.PropertiesFile ?? (File.Exists(mountedFile) ? mountedFile : null);
        var file = path is null ? [] : PropertiesFile.Read(path);
        var variables = EnvironmentSettings.Read(environment);
        if (options.Listen is not null)
        {
            foreach (var name in replacedByListen)
            {
                file.Remove(name);
                variables.Remove(name);
            }
        }

        List<SettingLayer> set =
        [
            new(path ?? "", file), new("environment", variables), new(ImageSecrets.Directory, ImageSecrets.Read(environment)),
            new("--override", Overrides(options)), new("command line", Direct(options)),
        ];
        if (path is null)
            set.Insert(0, new("default without server.properties", DefaultsUnder(set)));
        if (options.Nodes > 1)
            set.Insert(0, new("default of --nodes", ClusterDefaults.Of(options.Nodes)));
        if (options.TlsDev)
            set.Add(new("--tls-dev", TlsDevOver(set, options.InMemory)));
        return set;
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

    static Dictionary<string, string> Merge(IReadOnlyList<SettingLayer> layers) => BrokerSettings.Merge([.. layers.Select(layer => layer.Settings)]);

    /// <summary>What --tls-dev changes of what else is set.</summary>
    static Dictionary<string, string> TlsDevOver(IReadOnlyList<SettingLayer> set, bool inMemory)
    {
        var settings = Merge(set);
        settings.TryAdd("listeners", BrokerConfigs.Definition["listeners"].Default!);
        TlsDevSettings.Apply(settings, inMemory);
        return settings.Except(Merge(set)).ToDictionary();
    }

    static bool IsHostAndPort(string listen) =>
        listen.LastIndexOf(':') is >= 0 and var colon && ushort.TryParse(listen.AsSpan(colon + 1), out _) && !listen.Contains(',', StringComparison.Ordinal);

    static Dictionary<string, string> DefaultsUnder(List<SettingLayer> set) =>
        set.Exists(layer => layer.Settings.ContainsKey("log.dir")) ? new() { ["listeners"] = withoutFile["listeners"] } : withoutFile;
}
