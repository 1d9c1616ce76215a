using NettyKafka.Server.Config;

namespace NettyKafka.Server.Telemetry;

/// <summary>The configs of one resource of the type client-metrics: which metrics are wanted, from whom and how often.</summary>
sealed class ClientMetricsSubscription
{
    public const string AllMetrics = "*";
    public const int DefaultIntervalMs = 5 * 60 * 1000;

    readonly ClientMatchPattern[] patterns;

    public ClientMetricsSubscription(IReadOnlyDictionary<string, string> configs)
    {
        var values = new ConfigValues(ClientMetricsConfigs.Definition, configs);
        Metrics = values.Entries("metrics");
        IntervalMs = values.Int("interval.ms");
        patterns = [.. values.Entries("match").Select(ClientMatchPattern.Parse)];
    }

    /// <summary>Prefixes of names.</summary>
    public IReadOnlyList<string> Metrics { get; }

    public int IntervalMs { get; }

    /// <summary>Without a selector everybody is meant.</summary>
    public bool IsFor(ClientInstanceMetadata client) => Array.TrueForAll(patterns, pattern => pattern.IsMatch(client));
}
