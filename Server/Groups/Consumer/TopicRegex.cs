using System.Diagnostics.CodeAnalysis;
using NettyKafka.Server.Groups.Consumer.Regexes;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// A regular expression that a member subscribes by, in the syntax of RE2/J, matched against whole topic names in time linear in their length.
/// The names are ASCII: what else a pattern may match is understood and matches none of them.
/// </summary>
sealed class TopicRegex
{
    public const int MaxLength = short.MaxValue;

    // Each is looked at once for a letter, and followed from the one before it and from two others at most.
    const int StepsPerInstruction = 4;

    readonly RegexInstruction[] program;

    TopicRegex(string pattern, RegexInstruction[] program)
    {
        Pattern = pattern;
        this.program = program;
    }

    public string Pattern { get; }

    /// <summary>The error is one line that says what is wrong and where; null if the pattern is right.</summary>
    public static bool TryParse(string pattern, [NotNullWhen(true)] out TopicRegex? regex, [NotNullWhen(false)] out string? error)
    {
        regex = null;
        if (pattern.Length > MaxLength)
        {
            error = $"the expression has {pattern.Length} characters, at most {MaxLength} are allowed";
            return false;
        }

        var reader = new RegexReader(pattern);
        if (new RegexParser(reader).TryParse(out var program))
            regex = new(pattern, program);
        error = reader.Error;
        return regex is not null;
    }

    /// <summary>The most steps that it takes to match topics of so many letters together.</summary>
    public long MaxSteps(long letters, int topics) => StepsPerInstruction * (program.Length + 1L) * (letters + topics);

    public bool IsMatch(string topic) => new RegexMatch(program, long.MaxValue).IsFull(topic);

    /// <summary>Those of the topics that match; null when to find them takes more than a budget of steps.</summary>
    public TopicNames? Match(IEnumerable<string> topics, long budget)
    {
        var match = new RegexMatch(program, budget);
        var matched = TopicNames.Of(topics.TakeWhile(_ => !match.IsExhausted).Where(match.IsFull));
        return match.IsExhausted ? null : matched;
    }

    public override string ToString() => Pattern;
}
