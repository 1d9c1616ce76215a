using System.Buffers;

namespace NettyKafka.Server.Cluster;

/// <summary>Kafka's rules for the names of topics.</summary>
public static class TopicName
{
    public const int MaxLength = 249;

    static readonly SearchValues<char> Legal = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static bool IsValid(string name, out string? reason)
    {
        reason = name switch
        {
            "" => "the empty string is not allowed",
            "." or ".." => "'.' or '..' is not allowed",
            { Length: > MaxLength } => $"the length of '{name}' is longer than the max allowed length {MaxLength}",
            _ when name.AsSpan().ContainsAnyExcept(Legal) => $"'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
            _ => null,
        };
        return reason is null;
    }

    /// <summary>Names that differ only in '.' and '_' give metrics of the same name; only one of them can exist.</summary>
    public static bool CanCollide(string name) => name.AsSpan().IndexOfAny('.', '_') >= 0;

    public static string Unify(string name) => name.Replace('.', '_');
}
