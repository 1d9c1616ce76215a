using System.Globalization;

namespace NettyKafka.Server.Config;

/// <summary>Text to typed values and back, as Kafka's clients and tools write them.</summary>
public static class ConfigParser
{
    /// <summary>Parses as <paramref name="type"/>; returns Kafka's complaint, or null when <paramref name="value"/> is set.</summary>
    public static string? TryParse(ConfigType type, string text, out object value)
    {
        var trimmed = text.Trim();
        value = trimmed;
        switch (type)
        {
            case ConfigType.Boolean:
                if (!bool.TryParse(trimmed, out var boolean))
                    return "Expected value to be either true or false";
                value = boolean;
                return null;
            case ConfigType.Int or ConfigType.Short or ConfigType.Long or ConfigType.Double:
                return TryParseNumber(type, trimmed, out value) ? null : $"Not a number of type {NameOf(type)}";
            case ConfigType.List:
                value = SplitList(trimmed);
                return null;
            default:
                return null;
        }
    }

    /// <summary>The value as DescribeConfigs shows it.</summary>
    public static string Format(object value) => value switch
    {
        bool boolean => boolean ? "true" : "false",
        double number => Format(number),
        IReadOnlyList<string> list => string.Join(",", list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>A double as Java prints it, which is what clients compare with.</summary>
    public static string Format(double value)
    {
        if (value == 0)
            return "0.0";
        if (Math.Abs(value) is >= 1e-3 and < 1e7)
            return value.ToString("0.0################", CultureInfo.InvariantCulture);
        var scientific = value.ToString("R", CultureInfo.InvariantCulture);
        if (!scientific.Contains('E', StringComparison.Ordinal))
            scientific = value.ToString("0.0################E0", CultureInfo.InvariantCulture);
        var (mantissa, exponent) = scientific.Split('E') is [var m, var e] ? (m, e) : (scientific, "0");
        return $"{(mantissa.Contains('.', StringComparison.Ordinal) ? mantissa : mantissa + ".0")}E{exponent.TrimStart('+')}";
    }

    public static string NameOf(ConfigType type) => type switch
    {
        ConfigType.Boolean => "BOOLEAN",
        ConfigType.String => "STRING",
        ConfigType.Int => "INT",
        ConfigType.Short => "SHORT",
        ConfigType.Long => "LONG",
        ConfigType.Double => "DOUBLE",
        ConfigType.List => "LIST",
        ConfigType.Class => "CLASS",
        ConfigType.Password => "PASSWORD",
        _ => "UNKNOWN",
    };

    static bool TryParseNumber(ConfigType type, string text, out object value)
    {
        const NumberStyles Integer = NumberStyles.AllowLeadingSign;
        var invariant = CultureInfo.InvariantCulture;
        (var parsed, value) = type switch
        {
            ConfigType.Int => (int.TryParse(text, Integer, invariant, out var i), (object)i),
            ConfigType.Short => (short.TryParse(text, Integer, invariant, out var s), s),
            ConfigType.Long => (long.TryParse(text, Integer, invariant, out var l), l),
            _ => (double.TryParse(text, NumberStyles.Float, invariant, out var d), d),
        };
        return parsed;
    }

    static string[] SplitList(string text) => text.Length == 0 ? [] : text.Split(',', StringSplitOptions.TrimEntries);
}
