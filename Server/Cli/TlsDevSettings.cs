using NettyKafka.Server.Config;

namespace NettyKafka.Cli;

/// <summary>What <c>--tls-dev</c> sets: a TLS listener where there is none, and its key store.</summary>
static class TlsDevSettings
{
    const string Listeners = "listeners";
    const int Port = 9093;

    static readonly string[] keystoreNames = ["ssl.keystore.location", "ssl.keystore.key", "ssl.keystore.password"];

    public static void Apply(Dictionary<string, string> settings, bool inMemory)
    {
        if (Array.Find(keystoreNames, settings.ContainsKey) is { } name)
            throw new ConfigException($"--tls-dev: {name} is not expected with it");
        if (!HasTls(settings))
            settings[Listeners] = $"{settings[Listeners]},SSL://{FirstHost(settings[Listeners])}:{Port}";
        settings["ssl.keystore.type"] = "PEM";
        settings["ssl.keystore.location"] = DevelopmentCertificates.KeystoreIn(inMemory ? DirectoryOfUser() : FirstLogDir(settings));
    }

    /// <summary>By what the listeners' names are mapped to; those without a mapping are judged where all are.</summary>
    static bool HasTls(Dictionary<string, string> settings)
    {
        var map = settings.TryGetValue("listener.security.protocol.map", out var text) ? EndpointParser.ParseProtocolMap(text) : [];
        return settings[Listeners].Split(',').Select(NameOf).Any(name => map.TryGetValue(name, out var protocol)
            ? protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl
            : name is "SSL" or "SASL_SSL");
    }

    static string NameOf(string listener) => listener.Split("://")[0].Trim().ToUpperInvariant();

    /// <summary>Clients that may reach the first listener may reach this one.</summary>
    static string FirstHost(string listeners)
    {
        var first = listeners.Split(',')[0].Trim();
        var (start, end) = (first.IndexOf("://", StringComparison.Ordinal) + 3, first.LastIndexOf(':'));
        return start >= 3 && end >= start ? first[start..end] : throw new ConfigException($"listeners={first}: NAME://HOST:PORT is expected");
    }

    static string FirstLogDir(Dictionary<string, string> settings) =>
        (settings.GetValueOrDefault("log.dirs") ?? settings.GetValueOrDefault("log.dir") ?? BrokerConfigs.Definition["log.dir"].Default!).Split(',')[0].Trim();

    /// <summary>Without data on disk the certificates are still kept: clients would have to trust others at every start.</summary>
    static string DirectoryOfUser() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } directory ? directory : ".", "nettykafka");
}
