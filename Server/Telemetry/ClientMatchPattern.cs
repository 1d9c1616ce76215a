using System.Text.RegularExpressions;

namespace NettyKafka.Server.Telemetry;

/// <summary>A selector of clients: what it looks at has to match a regular expression as a whole.</summary>
sealed class ClientMatchPattern
{
    static readonly TimeSpan timeout = TimeSpan.FromMilliseconds(100);

    readonly string selector;
    readonly Regex? regex;

    ClientMatchPattern(string selector, Regex? regex) => (this.selector, this.regex) = (selector, regex);

    /// <summary>Reads SELECTOR=PATTERN; one that is no such thing matches nothing.</summary>
    public static ClientMatchPattern Parse(string text)
    {
        var parts = text.Split('=');
        return parts.Length == 2 ? new(parts[0].Trim(), Compile(parts[1].Trim())) : new(text, null);
    }

    public bool IsMatch(ClientInstanceMetadata client)
    {
        if (regex is null || client.Find(selector) is not { } value)
            return false;
        try
        {
            return regex.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>Clients choose what is matched, so the time is linear where the pattern allows it, and bounded where it does not.</summary>
    static Regex? Compile(string pattern)
    {
        var whole = $@"\A(?:{pattern})\z";
        try
        {
            return new(whole, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new(whole, RegexOptions.CultureInvariant, timeout);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
