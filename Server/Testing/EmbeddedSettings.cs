using NettyKafka.Server.Config;

namespace NettyKafka.Testing;

/// <summary>The broker's configuration that the options of an embedded broker stand for.</summary>
static class EmbeddedSettings
{
    public const string MemoryDirectory = "memory";

    const string StandardAuthorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

    /// <exception cref="ArgumentException">A config is unknown, or its value is not valid.</exception>
    public static BrokerConfig Of(EmbeddedKafkaOptions options)
    {
        if (options.Configs.Keys.FirstOrDefault(name => !BrokerConfigs.IsKnown(name)) is { } unknown)
            throw new ArgumentException($"{unknown} is not a broker config; topics have theirs in {nameof(EmbeddedTopic)}.{nameof(EmbeddedTopic.Configs)}", nameof(options));
        if (options.Nodes < 1 || options.Racks.Count > options.Nodes)
            throw new ArgumentException($"{options.Nodes} nodes with {options.Racks.Count} racks: there must be one node at least, and no rack without a node", nameof(options));
        if (options.FaultyDisk && options.DataDirectory is not null)
            throw new ArgumentException($"A data directory on disk cannot be a {nameof(EmbeddedKafkaOptions.FaultyDisk)}: that one lies in memory", nameof(options));
        var configs = new Dictionary<string, string>
        {
            ["listeners"] = $"PLAINTEXT://127.0.0.1:{options.Port}",
            ["log.dirs"] = options.DataDirectory ?? MemoryDirectory,
        };
        foreach (var (name, password) in options.Users)
            if (name.AsSpan().ContainsAny(',', ':') || password.Contains(',') || password.Trim() != password || name.Trim() != name)
                throw new ArgumentException($"The user '{name}': a name without ',' and ':' and a password without ',' are expected, neither with blanks at their ends", nameof(options));
        if (options.Users.Count > 0)
        {
            configs["listener.security.protocol.map"] = "PLAINTEXT:SASL_PLAINTEXT";
            configs["sasl.enabled.mechanisms"] = string.Join(',', SaslConfig.Plain, SaslConfig.ScramSha256, SaslConfig.ScramSha512);
            configs["sasl.users"] = string.Join(',', options.Users.Select(user => $"{user.Key}:{user.Value}"));
        }
        foreach (var (name, value) in ClusterDefaults.Of(options.Nodes))
            configs[name] = value;
        if (options.Racks.Count > 0)
            configs["broker.rack"] = options.Racks[0];
        if (options.Acls.Count > 0)
            configs["authorizer.class.name"] = StandardAuthorizer;
        foreach (var (name, value) in options.Configs)
            configs[name] = value;
        try
        {
            return BrokerConfig.Create(configs, options.Profile);
        }
        catch (ConfigException e)
        {
            throw new ArgumentException(e.Message, nameof(options), e);
        }
    }
}
