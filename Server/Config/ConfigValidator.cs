using System.Globalization;

namespace NettyKafka.Server.Config;

/// <summary>What a config accepts beyond its type. <see cref="Check"/> gives Kafka's complaint, or null for a valid value.</summary>
public sealed class ConfigValidator
{
    const string ThrottledReplicaFormat = "[partitionId]:[brokerId],[partitionId]:[brokerId],...";

    public static readonly ConfigValidator NonEmptyString = new("non-empty string",
        (_, value) => value is "" ? "String must be non-empty" : null);

    public static readonly ConfigValidator NonNullString = new("non-null string", (_, _) => null);

    // Kafka describes it so, and takes the empty list all the same: it is the default.
    public static readonly ConfigValidator VoterList = new("non-empty list", (_, _) => null);

    public static readonly ConfigValidator GzipLevel = new("[1,...,9] or -1",
        (_, value) => value is -1 or (>= 1 and <= 9) ? null : "Value must be between 1 and 9 or equal to -1");

    public static readonly ConfigValidator ThrottledReplicas = new(ThrottledReplicaFormat, CheckThrottledReplicas);

    public static readonly ConfigValidator AutoOffsetReset = new("[latest, earliest, by_duration:PnDTnHnMn.nS]", CheckAutoOffsetReset);

    readonly Func<string, object, string?> check;

    ConfigValidator(string valid, Func<string, object, string?> check)
    {
        Valid = valid;
        this.check = check;
    }

    /// <summary>The valid values, as Kafka's documentation writes them.</summary>
    public string Valid { get; }

    public static ConfigValidator AtLeast(long minimum) => new($"[{minimum},...]", (_, value) =>
        ToDouble(value) < minimum ? $"Value must be at least {minimum}" : null);

    public static ConfigValidator Between(long minimum, long maximum) => new($"[{minimum},...,{maximum}]", (_, value) =>
        ToDouble(value) is var number && number < minimum ? $"Value must be at least {minimum}"
        : number > maximum ? $"Value must be no more than {maximum}"
        : double.IsNaN(number) ? "Value must be a number" : null);

    public static ConfigValidator In(params string[] values) => new(Bracketed(values), (_, value) =>
        values.Contains((string)value) ? null : $"String must be one of: {string.Join(", ", values)}");

    public static ConfigValidator InIgnoringCase(params string[] values) => new($"(case insensitive) {Bracketed(values)}", (_, value) =>
        values.Contains((string)value, StringComparer.OrdinalIgnoreCase) ? null : $"String must be one of (case insensitive): {string.Join(", ", values)}");

    public static ConfigValidator ListOf(params string[] values) => new(Bracketed(values), (name, value) => CheckList(name, (IReadOnlyList<string>)value, values));

    public string? Check(string name, object value) => check(name, value);

    static string Bracketed(string[] values) => $"[{string.Join(", ", values)}]";

    static double ToDouble(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    static string? CheckList(string name, IReadOnlyList<string> list, string[] values)
    {
        if (list.Contains(""))
            return $"Configuration '{name}' values must not be empty.";
        if (list.Distinct().Count() != list.Count)
            return $"Configuration '{name}' values must not be duplicated.";
        return list.All(values.Contains) ? null : $"String must be one of: {string.Join(", ", values)}";
    }

    static string? CheckThrottledReplicas(string name, object value)
    {
        var replicas = (IReadOnlyList<string>)value;
        var valid = replicas is [] or ["*"] || replicas.All(IsThrottledReplica);
        return valid ? null : $"{name} must be the literal '*' or a list of replicas in the following format: {ThrottledReplicaFormat}";
    }

    static bool IsThrottledReplica(string replica) =>
        replica.Split(':') is [var partition, var broker] && uint.TryParse(partition, out _) && uint.TryParse(broker, out _);

    static string? CheckAutoOffsetReset(string name, object value)
    {
        const string Duration = "by_duration:";
        var reset = (string)value;
        if (reset is "latest" or "earliest")
            return null;
        return reset.StartsWith(Duration, StringComparison.Ordinal) && IsPositiveDuration(reset[Duration.Length..])
            ? null : "String must be latest, earliest or by_duration: followed by a positive ISO-8601 duration";
    }

    static bool IsPositiveDuration(string text)
    {
        try
        {
            return System.Xml.XmlConvert.ToTimeSpan(text) > TimeSpan.Zero;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }
}
