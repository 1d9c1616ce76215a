using System.Globalization;

namespace NettyKafka.Server.Config;

/// <summary>The definition of one config: Kafka's name, type, default, valid values and importance, and whether this broker uses it.</summary>
public sealed record ConfigKey(string Name, ConfigType Type, string? Default, Importance Importance, ConfigValidator? Validator)
{
    public const string Hidden = "[hidden]";

    public DynamicMode Mode { get; init; }

    /// <summary>Kafka has no default for it and does not start without; this broker fills it in.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What it does here, in one clause; null when it is accepted without effect.</summary>
    public string? Documentation { get; init; }

    public bool IsUsed => Documentation is not null;

    /// <summary>Whether Kafka does not show it to anyone who has not set it.</summary>
    public bool IsInternal { get; private init; }

    public bool IsSensitive => Type == ConfigType.Password;

    public static ConfigKey Boolean(string name, bool value, Importance importance) => new(name, ConfigType.Boolean, value ? "true" : "false", importance, null);

    public static ConfigKey Int(string name, int? value, Importance importance, ConfigValidator? validator = null) =>
        new(name, ConfigType.Int, value?.ToString(CultureInfo.InvariantCulture), importance, validator);

    public static ConfigKey Short(string name, short value, Importance importance, ConfigValidator? validator = null) =>
        new(name, ConfigType.Short, value.ToString(CultureInfo.InvariantCulture), importance, validator);

    public static ConfigKey Long(string name, long? value, Importance importance, ConfigValidator? validator = null) =>
        new(name, ConfigType.Long, value?.ToString(CultureInfo.InvariantCulture), importance, validator);

    public static ConfigKey Double(string name, double value, Importance importance, ConfigValidator? validator = null) =>
        new(name, ConfigType.Double, ConfigParser.Format(value), importance, validator);

    public static ConfigKey Text(string name, string? value, Importance importance, ConfigValidator? validator = null) =>
        new(name, ConfigType.String, value, importance, validator);

    public static ConfigKey List(string name, string? value, Importance importance, ConfigValidator? validator = null) =>
        new(name, ConfigType.List, value, importance, validator);

    public static ConfigKey Class(string name, string? value, Importance importance) => new(name, ConfigType.Class, value, importance, null);

    public static ConfigKey Password(string name, string? value, Importance importance) => new(name, ConfigType.Password, value, importance, null);

    public ConfigKey PerBroker() => this with { Mode = DynamicMode.PerBroker };

    public ConfigKey ClusterWide() => this with { Mode = DynamicMode.ClusterWide };

    public ConfigKey Internal() => this with { IsInternal = true };

    public ConfigKey Required() => this with { IsRequired = true };

    public ConfigKey Used(string documentation) => this with { Documentation = documentation };

    /// <summary>The typed value of <paramref name="text"/>, or what is wrong with it. A listener's own config is checked under its full name.</summary>
    public bool TryParse(string text, out object value, out ConfigError? error, string? fullName = null)
    {
        var name = fullName ?? Name;
        var reason = ConfigParser.TryParse(Type, text, out value);
        reason ??= Validator?.Check(name, value);
        error = reason is null ? null : new(name, IsSensitive ? Hidden : text.Trim(), reason, Expected);
        return reason is null;
    }

    /// <summary>The typed value of <paramref name="text"/>; a value that is not valid ends the start.</summary>
    public object Parse(string text) => TryParse(text, out var value, out var error) ? value : throw new ConfigException(error!);

    string Expected => (Type, Validator) switch
    {
        (ConfigType.Boolean, _) => "true or false",
        (ConfigType.String or ConfigType.List, null) => "text",
        (ConfigType.String, { } validator) when validator.Valid.StartsWith('[') => $"one of {validator.Valid}",
        (ConfigType.List, { } validator) when validator.Valid.StartsWith('[') => $"a list of different values of {validator.Valid}",
        (ConfigType.String or ConfigType.List, { } validator) => validator.Valid,
        ({ } type, null) => $"{Article(type)} {ConfigParser.NameOf(type)}",
        ({ } type, { } validator) => $"{Article(type)} {ConfigParser.NameOf(type)} in {validator.Valid}",
    };

    static string Article(ConfigType type) => type == ConfigType.Int ? "an" : "a";
}
