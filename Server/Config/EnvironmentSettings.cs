namespace NettyKafka.Server.Config;

/// <summary>Properties from environment variables, as Apache Kafka's container image makes them from KAFKA_* (and Bitnami's from KAFKA_CFG_*).</summary>
public static class EnvironmentSettings
{
    const string Prefix = "KAFKA_";
    const string AliasPrefix = "KAFKA_CFG_";

    // Variables of the JVM, its logging and the image itself: they are no properties.
    static readonly string[] excluded =
    [
        "KAFKA_VERSION", "KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS", "KAFKA_OPTS", "KAFKA_JMX_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_GC_LOG_OPTS",
        "KAFKA_LOG4J_ROOT_LOGLEVEL", "KAFKA_LOG4J_LOGGERS", "KAFKA_TOOLS_LOG4J_LOGLEVEL", "KAFKA_JMX_HOSTNAME",
        "KAFKA_SSL_KEYSTORE_FILENAME", "KAFKA_SSL_KEYSTORE_CREDENTIALS", "KAFKA_SSL_KEY_CREDENTIALS", "KAFKA_SSL_TRUSTSTORE_FILENAME", "KAFKA_SSL_TRUSTSTORE_CREDENTIALS",
    ];

    /// <summary>The properties that <paramref name="environment"/> sets; KAFKA_X goes before KAFKA_CFG_X, and CLUSTER_ID becomes cluster.id.</summary>
    public static Dictionary<string, string> Read(IReadOnlyDictionary<string, string> environment)
    {
        Dictionary<string, string> properties = [];
        foreach (var (name, value) in environment)
            if (name.StartsWith(AliasPrefix, StringComparison.Ordinal))
                properties[ToProperty(name[AliasPrefix.Length..])] = value;
        foreach (var (name, value) in environment)
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && !name.StartsWith(AliasPrefix, StringComparison.Ordinal) && !excluded.Contains(name))
                properties[ToProperty(name[Prefix.Length..])] = value;

        if (environment.TryGetValue("CLUSTER_ID", out var clusterId) && clusterId.Length > 0)
            properties["cluster.id"] = clusterId;
        DeriveListeners(properties);
        return properties;
    }

    /// <summary>One underscore is a dot, two are an underscore, three a dash.</summary>
    static string ToProperty(string variable) => variable.ToLowerInvariant()
        .Replace("_", ".", StringComparison.Ordinal)
        .Replace("...", "-", StringComparison.Ordinal)
        .Replace("..", "_", StringComparison.Ordinal);

    /// <summary>Advertised listeners alone say on which ports to listen, on every interface.</summary>
    static void DeriveListeners(Dictionary<string, string> properties)
    {
        var isSet = properties.TryGetValue("listeners", out var listeners) && listeners.Length > 0;
        if (!isSet && properties.TryGetValue("advertised.listeners", out var advertised) && advertised.Length > 0)
            properties["listeners"] = string.Join(',', advertised.Split(',').Select(OnEveryInterface));
    }

    static string OnEveryInterface(string listener)
    {
        var host = listener.IndexOf("://", StringComparison.Ordinal);
        var port = listener.LastIndexOf(':');
        return host < 0 || port <= host ? listener : $"{listener[..host]}://0.0.0.0{listener[port..]}";
    }
}
