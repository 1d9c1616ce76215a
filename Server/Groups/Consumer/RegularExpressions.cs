using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// Resolves the regular expressions that members subscribe by: once when the first member uses one, and again when the cluster's topics have changed. All members
/// of a group share what an expression matches.
/// </summary>
sealed class RegularExpressions(CoordinatorContext context)
{
    // A fraction of a second.
    const long StepBudget = 20_000_000;

    const int MaxEchoedLength = 100;

    Matching? latest;

    /// <summary>Follows a member from one expression to another, empty where it uses none; answers whether what it subscribes to may have changed.</summary>
    public bool Update(ConsumerGroup group, string before, string after)
    {
        if (before == after)
            return false;
        RemoveUnused(group, before);
        if (after.Length > 0 && group.Subscription.FindResolved(after) is null)
            Resolve(group, after);
        return true;
    }

    /// <exception cref="CoordinatorException">The expression is not well formed, or matches more than can be written down.</exception>
    public void Check(ConsumerGroup? group, string groupId, string? regex)
    {
        if (regex is null or "" || group?.Subscription.MembersWith(regex) > 0)
            return;
        var matching = Match(regex);
        if (matching.Error is { } error)
            throw new CoordinatorException(ErrorCode.InvalidRegularExpression, error);
        context.Check(ConsumerGroupRecords.RegularExpression(groupId, regex, ResolutionOf(matching)));
    }

    /// <summary>Resolves all of a group's expressions again; answers whether one of them matches other topics than before.</summary>
    public bool Refresh(ConsumerGroup group)
    {
        var isChanged = false;
        foreach (var regex in group.Subscription.Regexes.ToArray())
            isChanged |= Resolve(group, regex);
        return isChanged;
    }

    /// <summary>An expression that no member uses any more is forgotten.</summary>
    public void RemoveUnused(ConsumerGroup group, string regex)
    {
        if (group.Subscription.FindResolved(regex) is not null && group.Subscription.MembersWith(regex) == 0)
            context.Append(ConsumerGroupRecords.RegularExpressionTombstone(group.GroupId, regex));
    }

    /// <summary>What cannot be resolved again matches what it has matched before.</summary>
    bool Resolve(ConsumerGroup group, string regex)
    {
        var matching = Match(regex);
        if (matching.Error is { } error)
        {
            if (group.UnresolvedRegexes.Add(regex))
                context.Logger.LogWarning("[GroupId {Group}] {Error} It keeps the topics that it has matched before", group.GroupId, error);
            return false;
        }

        group.UnresolvedRegexes.Remove(regex);
        if (group.Subscription.FindResolved(regex) is { } resolved && resolved.Topics.Equals(matching.Names))
            return false;
        context.Append(ConsumerGroupRecords.RegularExpression(group.GroupId, regex, ResolutionOf(matching)));
        return true;
    }

    ResolvedRegularExpression ResolutionOf(Matching matching) => new(matching.Names, context.Image.Offset, context.NowMs);

    /// <summary>What an expression matches of the topics as they are, found once for the check and what follows from it.</summary>
    Matching Match(string regex)
    {
        var topics = context.Image.TopicsByName;
        if (latest is null || latest.Regex != regex || !ReferenceEquals(latest.Topics, topics))
            latest = Match(regex, topics);
        return latest;
    }

    static Matching Match(string regex, ImmutableDictionary<string, TopicImage> topics)
    {
        var echo = regex.Shortened(MaxEchoedLength);
        if (!TopicRegex.TryParse(regex, out var parsed, out var error))
            return new(regex, topics, TopicNames.Empty, $"SubscribedTopicRegex `{echo}` is not a valid regular expression: {error}.");
        return parsed.Match(topics.Keys, StepBudget) is { } names
            ? new(regex, topics, names, null)
            : new(regex, topics, TopicNames.Empty, $"SubscribedTopicRegex `{echo}` is too expensive to match against {topics.Count} topics.");
    }

    sealed record Matching(string Regex, object Topics, TopicNames Names, string? Error);
}
