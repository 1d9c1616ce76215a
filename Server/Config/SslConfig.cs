using System.Net.Security;
using System.Security.Authentication;

namespace NettyKafka.Server.Config;

/// <summary>How one listener uses TLS (<c>ssl.*</c>): what is set for it alone goes before what is set for all.</summary>
public sealed class SslConfig
{
    static readonly Dictionary<string, SslProtocols> protocols = new() { ["TLSv1.2"] = SslProtocols.Tls12, ["TLSv1.3"] = SslProtocols.Tls13 };

    readonly BrokerSettings broker;
    readonly string prefix;
    readonly ConfigValues values;

    SslConfig(BrokerSettings broker, Endpoint listener)
    {
        this.broker = broker;
        prefix = $"{BrokerConfigs.ListenerPrefix}{listener.Name.ToLowerInvariant()}.";
        values = new(BrokerConfigs.Definition, broker.EffectiveOf(listener.Name));
        ListenerName = listener.Name;
        Keystore = new(this, "keystore", "ssl.keystore.key");
        Truststore = new(this, "truststore", "ssl.truststore.certificates");
        EnabledProtocols = ProtocolsOf(values.Entries("ssl.enabled.protocols"));
        CipherSuites = [.. values.Entries("ssl.cipher.suites").Select(CipherSuiteOf)];
        ClientAuth = ClientAuthOf(listener);
    }

    public string ListenerName { get; }

    public SslStoreConfig Keystore { get; }

    public SslStoreConfig Truststore { get; }

    /// <summary>The certificates that belong to an inline <c>ssl.keystore.key</c>.</summary>
    public string? CertificateChain => Find("ssl.keystore.certificate.chain");

    public string? KeyPassword => Find("ssl.key.password");

    public SslProtocols EnabledProtocols { get; }

    /// <summary>Empty leaves them to the system's TLS library.</summary>
    public IReadOnlyList<TlsCipherSuite> CipherSuites { get; }

    public SslClientAuth ClientAuth { get; }

    public string PrincipalMappingRules => values.Text("ssl.principal.mapping.rules");

    public bool AllowDnChanges => values.Boolean("ssl.allow.dn.changes");

    public bool AllowSanChanges => values.Boolean("ssl.allow.san.changes");

    /// <exception cref="ConfigException">The configs do not go together.</exception>
    public static SslConfig Of(BrokerSettings broker, Endpoint listener)
    {
        var config = new SslConfig(broker, listener);
        config.Check();
        return config;
    }

    /// <summary>A config and its value for a message: under the name that it is set with, and hidden where it is a secret.</summary>
    public string Describe(string name)
    {
        var value = Find(name);
        return $"{NameOf(name)}={(value is not null && BrokerConfigs.Definition[name].IsSensitive ? ConfigKey.Hidden : value)}";
    }

    internal string? Find(string name) => values.TextOrNull(name) is { Length: > 0 } value ? value : null;

    string NameOf(string name) => broker.Effective.ContainsKey(prefix + name) ? prefix + name : name;

    void Check()
    {
        Keystore.Check();
        Truststore.Check();
        var key = Find("ssl.keystore.key");
        if (key is not null && CertificateChain is null)
            throw new ConfigException($"{Describe("ssl.keystore.key")}: ssl.keystore.certificate.chain is expected with it");
        if (key is null && CertificateChain is not null)
            throw new ConfigException($"{Describe("ssl.keystore.certificate.chain")}: ssl.keystore.key is expected with it");
        if (key is null && Keystore.Location is null)
            throw new ConfigException($"{Describe("ssl.keystore.location")}: a PEM or PKCS12 file with a private key and its certificates is expected, since the listener {ListenerName} uses TLS");
    }

    SslProtocols ProtocolsOf(IReadOnlyList<string> names)
    {
        var enabled = SslProtocols.None;
        foreach (var name in names)
            enabled |= protocols.TryGetValue(name, out var protocol)
                ? protocol
                : throw new ConfigException($"{Describe("ssl.enabled.protocols", names)}: a list of {string.Join(", ", protocols.Keys)} is expected");
        return enabled == SslProtocols.None ? SslProtocols.Tls12 | SslProtocols.Tls13 : enabled;
    }

    TlsCipherSuite CipherSuiteOf(string name)
    {
        // The policy exists only where the TLS library lets it be chosen: OpenSSL.
        if (!OperatingSystem.IsLinux())
            throw new ConfigException($"{NameOf("ssl.cipher.suites")}={name}: cipher suites can be chosen on Linux only, no value is expected");
        return name.StartsWith("TLS_", StringComparison.Ordinal) && Enum.TryParse<TlsCipherSuite>(name, out var suite)
            ? suite
            : throw new ConfigException($"{NameOf("ssl.cipher.suites")}={name}: IANA names as TLS_AES_128_GCM_SHA256 are expected");
    }

    /// <summary>As in Kafka a certificate beside SASL is asked for only where the listener's own config says so.</summary>
    SslClientAuth ClientAuthOf(Endpoint listener)
    {
        var isAsked = listener.SecurityProtocol != SecurityProtocol.SaslSsl || broker.Effective.ContainsKey($"{prefix}ssl.client.auth");
        return isAsked ? Enum.Parse<SslClientAuth>(values.Text("ssl.client.auth"), ignoreCase: true) : SslClientAuth.None;
    }

    string Describe(string name, IReadOnlyList<string> list) => $"{NameOf(name)}={string.Join(',', list)}";
}
