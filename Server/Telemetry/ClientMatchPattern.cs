using System.Text.RegularExpressions;

namespace NettyKafka.Server.Telemetry;

/// <summary>A selector of clients: what it looks at has to match a regular expression as a whole, in time linear in its length.</summary>
sealed class ClientMatchPattern
{
    readonly string selector;
    readonly Regex? regex;

    ClientMatchPattern(string selector, Regex? regex) => (this.selector, this.regex) = (selector, regex);

    /// <summary>Reads SELECTOR=PATTERN; one that is no such thing, which only another broker may have let in, matches nothing.</summary>
    public static ClientMatchPattern Parse(string text) =>
        text.Split('=') is [var selector, var pattern] ? new(selector.Trim(), Compile(pattern.Trim())) : new(text, null);

    public bool IsMatch(ClientInstanceMetadata client) => regex is not null && client.Find(selector) is { } value && regex.IsMatch(value);

    static Regex? Compile(string pattern)
    {
        try
        {
            return new($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
