using System.Text;
using System.Text.RegularExpressions;

namespace NettyKafka.Server.Security.Tls;

/// <summary>
/// Makes the name of a user of a distinguished name (<c>ssl.principal.mapping.rules</c>): the first rule that matches the whole name counts. A rule is DEFAULT or
/// RULE:pattern/replacement/ with an L or a U behind it for lower or upper case.
/// </summary>
public sealed partial class SslPrincipalMapper
{
    // A rule that takes this long would hold up other connections.
    static readonly TimeSpan matchTimeout = TimeSpan.FromSeconds(1);

    readonly List<Rule> rules = [];

    SslPrincipalMapper()
    {
    }

    /// <exception cref="FormatException">One of the rules is none.</exception>
    public static SslPrincipalMapper Parse(string text)
    {
        var mapper = new SslPrincipalMapper();
        foreach (Match match in Splitter().Matches(text.Trim()))
            mapper.Add(match.Groups[1].Value);
        return mapper;
    }

    /// <summary>The user's name, or null when no rule matches.</summary>
    public string? Map(string distinguishedName)
    {
        foreach (var rule in rules)
            if (rule.Apply(distinguishedName) is { } name)
                return name;
        return null;
    }

    void Add(string text)
    {
        var match = Parser().Match(text);
        if (match.Length != text.Length)
            throw new FormatException($"the rule {text} is followed by {text[match.Length..]}");
        if (match.Groups[1].Success)
            rules.Add(new(null, "", ""));
        else if (match.Groups[2].Success)
            rules.Add(new(PatternOf(match.Groups[2].Value), match.Groups[4].Value, match.Groups[6].Value));
    }

    static Regex PatternOf(string pattern)
    {
        try
        {
            return new(pattern, RegexOptions.CultureInvariant, matchTimeout);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"the pattern {pattern} is no regular expression: {e.Message}", e);
        }
    }

    [GeneratedRegex(@"\s*((DEFAULT)|RULE:((\\.|[^\\/])*)/((\\.|[^\\/])*)/([LU]?).*?|(.*?))\s*(,\s*|$)")]
    private static partial Regex Splitter();

    [GeneratedRegex(@"\A(?:(DEFAULT)|RULE:((\\.|[^\\/])*)/((\\.|[^\\/])*)/([LU]?).*?|(.*?))")]
    private static partial Regex Parser();

    sealed class Rule(Regex? pattern, string replacement, string letterCase)
    {
        readonly Regex? whole = pattern is null ? null : new($@"\A(?:{pattern})\z", pattern.Options, pattern.MatchTimeout);

        public string? Apply(string name)
        {
            if (pattern is null)
                return name;
            if (!whole!.IsMatch(name))
                return null;
            var result = pattern.Replace(name, Expand);
            return letterCase switch
            {
                "L" => result.ToLowerInvariant(),
                "U" => result.ToUpperInvariant(),
                _ => result,
            };
        }

        /// <summary>$1 is the first group, \$ a dollar; a group that the pattern does not have stands for itself.</summary>
        string Expand(Match match)
        {
            var text = new StringBuilder();
            for (var i = 0; i < replacement.Length; i++)
            {
                if (replacement[i] == '\\' && i + 1 < replacement.Length)
                    text.Append(replacement[++i]);
                else if (replacement[i] == '$' && FindGroup(match, i + 1) is { } group)
                    (i, _) = (i + group.Digits, text.Append(match.Groups[group.Number].Value));
                else
                    text.Append(replacement[i]);
            }

            return text.ToString();
        }

        /// <summary>The longest number from here on that is a group's.</summary>
        (int Number, int Digits)? FindGroup(Match match, int start)
        {
            (int, int)? found = null;
            var number = 0;
            for (var i = start; i < replacement.Length && char.IsAsciiDigit(replacement[i]) && number < match.Groups.Count; i++)
            {
                number = (number * 10) + (replacement[i] - '0');
                if (number < match.Groups.Count)
                    found = (number, i - start + 1);
            }

            return found;
        }
    }
}
