using System.Collections.Immutable;

namespace NettyKafka.Server.Config;

/// <summary>How clients of one listener authenticate.</summary>
public sealed class SaslConfig
{
    public const string Plain = "PLAIN";
    public const string OAuthBearer = "OAUTHBEARER";
    public const string ScramSha256 = "SCRAM-SHA-256";
    public const string ScramSha512 = "SCRAM-SHA-512";

    public static readonly IReadOnlyList<string> ServedMechanisms = [Plain, ScramSha256, ScramSha512, OAuthBearer];

    const string JaasName = "sasl.jaas.config";
    const string MaxReauthName = "connections.max.reauth.ms";
    const string UsersName = "sasl.users";

    readonly string prefix;
    readonly IReadOnlyDictionary<string, string> settings;
    readonly ConfigValues values;

    SaslConfig(BrokerSettings broker, string listenerName)
    {
        prefix = $"{BrokerConfigs.ListenerPrefix}{listenerName.ToLowerInvariant()}.";
        settings = broker.EffectiveOf(listenerName);
        values = new(BrokerConfigs.Definition, settings);
        EnabledMechanisms = [.. values.Entries("sasl.enabled.mechanisms").Distinct()];
        Users = UsersOf(settings.GetValueOrDefault(UsersName));
        PlainUsers = Users.SetItems(Jaas(Plain)?.Options
            .Where(option => option.Key.StartsWith("user_", StringComparison.Ordinal))
            .Select(option => KeyValuePair.Create(option.Key["user_".Length..], option.Value)) ?? []);
        OAuth = EnabledMechanisms.Contains(OAuthBearer) ? new(values, Jaas(OAuthBearer)) : null;
    }

    public IReadOnlyList<string> EnabledMechanisms { get; }

    public int ServerMaxReceiveSize => values.Int("sasl.server.max.receive.size");

    public TimeSpan FailedAuthenticationDelay => TimeSpan.FromMilliseconds(values.Int("connection.failed.authentication.delay.ms"));

    /// <summary>The passwords of <c>sasl.users</c> by name, for PLAIN and for SCRAM.</summary>
    public ImmutableDictionary<string, string> Users { get; }

    /// <summary>The passwords that PLAIN accepts by name: of its login module, and of <c>sasl.users</c>.</summary>
    public ImmutableDictionary<string, string> PlainUsers { get; }

    /// <summary>How OAUTHBEARER checks tokens; null where it is not enabled.</summary>
    public OAuthBearerConfig? OAuth { get; }

    /// <exception cref="ConfigException">Something that an enabled mechanism needs is missing or wrong.</exception>
    public static SaslConfig Of(BrokerSettings broker, string listenerName)
    {
        var config = new SaslConfig(broker, listenerName);
        config.Check();
        return config;
    }

    /// <summary>The longest that a client may go on without authenticating again; null for no limit.</summary>
    public long? MaxReauthMs(string mechanism)
    {
        var text = settings.GetValueOrDefault($"{mechanism.ToLowerInvariant()}.{MaxReauthName}");
        var ms = text is null ? values.Long(MaxReauthName) : (long)BrokerConfigs.Definition[MaxReauthName].Parse(text);
        return ms > 0 ? ms : null;
    }

    /// <summary>The login module of a mechanism, or null where it has none.</summary>
    JaasConfig? Jaas(string mechanism)
    {
        var name = $"{mechanism.ToLowerInvariant()}.{JaasName}";
        return settings.GetValueOrDefault(name) is { } text ? JaasConfig.Parse(prefix + name, text) : null;
    }

    void Check()
    {
        foreach (var mechanism in EnabledMechanisms)
            MaxReauthMs(mechanism);
        foreach (var mechanism in EnabledMechanisms)
            if (!ServedMechanisms.Contains(mechanism))
                throw new ConfigException($"sasl.enabled.mechanisms={mechanism}: one of [{string.Join(", ", ServedMechanisms)}] is expected");
        if (EnabledMechanisms.Count == 0)
            throw new ConfigException($"sasl.enabled.mechanisms=: at least one of [{string.Join(", ", ServedMechanisms)}] is expected");
        if (EnabledMechanisms.Contains(Plain) && PlainUsers.IsEmpty)
            throw new ConfigException($"{prefix}plain.{JaasName}: users are expected since PLAIN is enabled, as {UsersName}=NAME:PASSWORD,… or as user_NAME=\"PASSWORD\" of a PlainLoginModule");
    }

    /// <summary>NAME:PASSWORD,…</summary>
    static ImmutableDictionary<string, string> UsersOf(string? text)
    {
        var users = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);
        foreach (var entry in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || colon == entry.Length - 1)
                throw new ConfigException($"{UsersName}={ConfigKey.Hidden}: NAME:PASSWORD,… is expected");
            users = users.SetItem(entry[..colon], entry[(colon + 1)..]);
        }
        return users;
    }
}
