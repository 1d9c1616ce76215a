using System.Collections.Immutable;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>What some regular expressions match of the topics as they were at a time: work for another thread where it is not little.</summary>
sealed class RegexMatching(IReadOnlyList<string> regexes, ImmutableDictionary<string, TopicImage> topics, long metadataOffset, Func<string, bool> mayDescribe)
{
    // Of each expression: a fraction of a second.
    const long StepBudget = 20_000_000;

    // Of all together: a few milliseconds.
    const long MaxInlineSteps = 200_000;

    public ImmutableDictionary<string, TopicImage> Topics => topics;

    /// <summary>The offset of the metadata that the topics are of.</summary>
    public long MetadataOffset => metadataOffset;

    public Task<IReadOnlyList<Match>> RunAsync(BlockingExecutor executor)
    {
        var parsed = regexes.Select(Parse).ToList();
        var letters = topics.Keys.Sum(topic => (long)topic.Length);
        return parsed.Sum(each => each.Regex?.MaxSteps(letters, topics.Count) ?? 0) <= MaxInlineSteps
            ? Task.FromResult(MatchAll(parsed))
            : executor.RunAsync(MatchAll, parsed);
    }

    static (string Pattern, TopicRegex? Regex, string? Error) Parse(string pattern) =>
        TopicRegex.TryParse(pattern, out var regex, out var error) ? (pattern, regex, null) : (pattern, null, $"is not a valid regular expression: {error}");

    IReadOnlyList<Match> MatchAll(List<(string Pattern, TopicRegex? Regex, string? Error)> parsed) => parsed.ConvertAll(each =>
    {
        if (each.Regex is null)
            return new Match(each.Pattern, null, each.Error);
        var matched = each.Regex.Match(topics.Keys, StepBudget);
        return new(each.Pattern, matched?.Where(mayDescribe), matched is null ? $"is too expensive to match against {topics.Count} topics" : null);
    });

    /// <summary>What an expression matches, or why that is not known.</summary>
    internal sealed record Match(string Regex, TopicNames? Topics, string? Error);
}
