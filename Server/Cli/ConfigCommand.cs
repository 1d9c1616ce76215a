using NettyKafka.Server.Config;

namespace NettyKafka.Cli;

/// <summary>Prints what a broker started with the same arguments would be configured with: name=value, then where the value comes from.</summary>
sealed class ConfigCommand(IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error)
{
    public int Run(ServeOptions options)
    {
        try
        {
            var layers = ServeSettings.LayersOf(options, environment);
            var config = ServeSettings.Resolve(layers, options.Profile);
            foreach (var entry in new ConfigDescription(config).DescribeBroker())
                output.WriteLine(LineOf(entry, SourceOf(entry, layers, config)));
            return 0;
        }
        catch (ConfigException e)
        {
            error.WriteLine($"nettykafka: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    static string LineOf(ConfigEntry entry, string source)
    {
        var isSet = entry.Source != ConfigSource.DefaultConfig;
        var value = entry.IsSensitive && isSet ? ConfigKey.Hidden : Escape(entry.Value ?? "");
        var note = !BrokerConfigs.IsKnown(entry.Name) ? ", unknown" : isSet && !BrokerConfigs.IsUsed(entry.Name) ? ", accepted without effect" : "";
        return $"{entry.Name}={value}  # {source}{note}";
    }

    static string SourceOf(ConfigEntry entry, IReadOnlyList<SettingLayer> layers, BrokerConfig config)
    {
        // Of a config with several names, the one that counts may be another.
        var name = entry.Synonyms.Count > 0 ? entry.Synonyms[0].Name : entry.Name;
        var source = layers.LastOrDefault(layer => layer.Settings.ContainsKey(name))?.Source;
        source ??= Profiles.SettingsOf(config.Profile).ContainsKey(name) ? $"--profile {config.Profile.ToString().ToLowerInvariant()}"
            : entry.Source == ConfigSource.StaticBrokerConfig ? "follows from the others"
            : entry.Value is null && !entry.IsSensitive ? "not set" : "default";
        return name == entry.Name ? source : $"{source} ({name})";
    }

    /// <summary>A value stays on its line.</summary>
    static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
