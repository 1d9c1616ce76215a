using System.Globalization;

namespace NettyKafka.Server.Telemetry;

/// <summary>The configs of one resource of the type client-metrics: which metrics are wanted, from whom and how often.</summary>
sealed class ClientMetricsSubscription
{
    public const string AllMetrics = "*";
    public const int DefaultIntervalMs = 5 * 60 * 1000;

    readonly ClientMatchPattern[] patterns;

    public ClientMetricsSubscription(IReadOnlyDictionary<string, string> configs)
    {
        Metrics = ListOf(configs, "metrics");
        IntervalMs = configs.TryGetValue("interval.ms", out var text) && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var interval) ? interval : DefaultIntervalMs;
        patterns = Array.ConvertAll(ListOf(configs, "match"), ClientMatchPattern.Parse);
    }

    /// <summary>Prefixes of names.</summary>
    public string[] Metrics { get; }

    public int IntervalMs { get; }

    /// <summary>Without a selector everybody is meant.</summary>
    public bool IsFor(ClientInstanceMetadata client) => Array.TrueForAll(patterns, pattern => pattern.IsMatch(client));

    static string[] ListOf(IReadOnlyDictionary<string, string> configs, string name) =>
        configs.GetValueOrDefault(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
