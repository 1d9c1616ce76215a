using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// Resolves the regular expressions that members subscribe by: when the first member uses one, and again when the cluster's topics have changed. A heartbeat does not
/// wait for it: what an expression matches counts from a later turn on. All members of a group share it, and what it matches is what the
/// one that asked last may describe, as in Kafka.
/// </summary>
sealed class RegularExpressions(GroupTable groups, CoordinatorContext context, BlockingExecutor executor, Action<ConsumerGroup> changed)
{
    const int MaxEchoedLength = 100;

    /// <summary>Follows a member from one expression to another, empty where it uses none; answers whether what it subscribes to has changed by now.</summary>
    public bool Update(ConsumerGroup group, string before, string after, GroupClient client)
    {
        var isFirst = after.Length > 0 && group.MayDescribe is null;
        if (after.Length > 0)
            group.MayDescribe = client.MayDescribe;
        if (isFirst && before == after)
            Resolve(group);
        if (before == after)
            return false;
        RemoveUnused(group, before);
        if (after.Length == 0 || group.Subscription.FindResolved(after) is not null)
            return true;
        Resolve(group);
        return false;
    }

    /// <exception cref="CoordinatorException">The expression is not well formed, or it has turned out that it cannot be resolved.</exception>
    public static void Check(ConsumerGroup? group, string? regex)
    {
        if (regex is null or "")
            return;
        if (group?.Subscription.FindResolved(regex) is null && group?.UnresolvedRegexes.GetValueOrDefault(regex) is { } reason)
            throw Refusal(regex, reason);
        if (group?.Subscription.MembersWith(regex) is null or 0 && !TopicRegex.TryParse(regex, out _, out var error))
            throw Refusal(regex, $"is not a valid regular expression: {error}");
    }

    /// <summary>Resolves what is not resolved yet, or all where the topics have changed. One at a time for a group: the end looks what has changed meanwhile.</summary>
    public void Resolve(ConsumerGroup group)
    {
        if (group.IsResolvingRegexes || group.MayDescribe is not { } mayDescribe)
            return;
        var topics = context.Image.TopicsByName;
        var isCurrent = ReferenceEquals(group.RegexTopics, topics);
        var regexes = group.Subscription.Regexes.Where(regex => !isCurrent || IsNew(group, regex)).ToArray();
        if (regexes.Length == 0)
            return;
        group.IsResolvingRegexes = true;
        var matching = new RegexMatching(regexes, topics, context.Image.Offset, mayDescribe);
        context.WhenDurable(() => matching.RunAsync(executor), matches => Complete(group, matching, matches));
    }

    /// <summary>An expression that no member uses any more is forgotten.</summary>
    public void RemoveUnused(ConsumerGroup group, string regex)
    {
        if (group.Subscription.MembersWith(regex) > 0)
            return;
        group.UnresolvedRegexes.Remove(regex);
        if (group.Subscription.FindResolved(regex) is not null)
            context.Append(ConsumerGroupRecords.RegularExpressionTombstone(group.GroupId, regex));
    }

    static bool IsNew(ConsumerGroup group, string regex) => group.Subscription.FindResolved(regex) is null && !group.UnresolvedRegexes.ContainsKey(regex);

    static CoordinatorException Refusal(string regex, string reason) => new(ErrorCode.InvalidRegularExpression, Message(regex, reason));

    static string Message(string regex, string reason) => $"SubscribedTopicRegex `{regex.Shortened(MaxEchoedLength)}` {reason}.";

    void Complete(ConsumerGroup group, RegexMatching matching, IReadOnlyList<RegexMatching.Match> matches)
    {
        group.IsResolvingRegexes = false;
        if (groups.Find(group.GroupId) != group)
            return;
        group.RegexTopics = matching.Topics;
        var isChanged = false;
        foreach (var match in matches.Where(match => group.Subscription.MembersWith(match.Regex) > 0))
            isChanged |= TryTake(group, match, matching);
        if (isChanged)
            changed(group);
        Resolve(group);
    }

    /// <summary>What cannot be resolved again matches what it has matched before. Answers whether the expression matches something else now.</summary>
    bool TryTake(ConsumerGroup group, RegexMatching.Match match, RegexMatching matching)
    {
        if (match.Topics is null)
            return Reject(group, match.Regex, match.Error!);
        var resolved = group.Subscription.FindResolved(match.Regex);
        if (match.Topics.Equals(resolved?.Topics))
        {
            group.UnresolvedRegexes.Remove(match.Regex);
            return false;
        }

        var record = ConsumerGroupRecords.RegularExpression(group.GroupId, match.Regex, new(match.Topics, matching.MetadataOffset, context.NowMs));
        if (!context.Fits(record))
            return Reject(group, match.Regex, $"matches {match.Topics.Names.Length} topics, which are more than a record can keep");
        group.UnresolvedRegexes.Remove(match.Regex);
        context.Append(record);
        // Topics that are gone have left the group with its first heartbeat since.
        return resolved is null || !resolved.Topics.Names.Where(matching.Topics.ContainsKey).SequenceEqual(match.Topics.Names);
    }

    bool Reject(ConsumerGroup group, string regex, string reason)
    {
        if (group.UnresolvedRegexes.TryAdd(regex, reason))
            context.Logger.LogWarning("[GroupId {Group}] {Reason} It keeps the topics that it has matched before", group.GroupId, Message(regex, reason));
        return false;
    }
}
