using System.Text.RegularExpressions;
using NettyKafka.Server.Config.Definitions;

namespace NettyKafka.Server.Config;

/// <summary>The configs of a subscription to clients' metrics (KIP-714). They have no defaults in other places, and only those that are set are shown.</summary>
public static class ClientMetricsConfigs
{
    const int MinIntervalMs = 100;
    const int MaxIntervalMs = 3_600_000;

    public static readonly ConfigDef Definition = new(ClientMetricsKeys.Keys);

    /// <summary>The properties of a client that a subscription can ask for.</summary>
    static readonly string[] matched = ["client_instance_id", "client_id", "client_software_name", "client_software_version", "client_source_address", "client_source_port"];

    /// <summary>What is wrong with the settings, in Kafka's words; null when nothing is. Kafka calls most of it an invalid request.</summary>
    public static (string Message, bool IsInvalidRequest)? Validate(IReadOnlyDictionary<string, string> settings)
    {
        foreach (var name in settings.Keys)
            if (!Definition.TryFind(name, out _))
                return ($"Unknown client metrics configuration: {name}", true);
        foreach (var (name, text) in settings)
            if (!Definition[name].TryParse(text, out _, out var error))
                return (error!.Message, false);

        var values = new ConfigValues(Definition, settings);
        if (values.Int("interval.ms") is var interval and (< MinIntervalMs or > MaxIntervalMs))
            return ($"Invalid value {interval} for interval.ms, interval must be between 100 and 3600000 (1 hour)", true);
        return values.List("match").FirstOrDefault(pattern => !IsPattern(pattern)) is { } illegal ? ($"Illegal client matching pattern: {illegal}", false) : null;
    }

    static bool IsPattern(string text)
    {
        if (text.Split('=') is not [var name, { Length: > 0 } pattern] || !matched.Contains(name.Trim()))
            return false;
        try
        {
            _ = new Regex(pattern.Trim(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
