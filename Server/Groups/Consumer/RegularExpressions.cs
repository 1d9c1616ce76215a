using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// Resolves the regular expressions that members subscribe by: once when the first member uses one, and again when the cluster's topics have changed. All members
/// of a group share what an expression matches.
/// </summary>
sealed class RegularExpressions(CoordinatorContext context)
{
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
        if (!TopicRegex.TryParse(regex, out _, out var error))
            throw new CoordinatorException(ErrorCode.InvalidRegularExpression, $"SubscribedTopicRegex `{regex}` is not a valid regular expression: {error}.");
        context.Check(ConsumerGroupRecords.RegularExpression(groupId, regex, Match(regex)));
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

    bool Resolve(ConsumerGroup group, string regex)
    {
        var resolution = Match(regex);
        if (group.Subscription.FindResolved(regex) is { } resolved && resolved.Topics.Equals(resolution.Topics))
            return false;
        context.Append(ConsumerGroupRecords.RegularExpression(group.GroupId, regex, resolution));
        return true;
    }

    /// <summary>Of an expression that another broker has accepted and this one does not know nothing matches.</summary>
    ResolvedRegularExpression Match(string regex)
    {
        var topics = TopicRegex.TryParse(regex, out var parsed, out _) ? TopicNames.Of(context.Image.TopicsByName.Keys.Where(parsed.IsMatch)) : TopicNames.Empty;
        return new(topics, context.Image.Offset, context.NowMs);
    }
}
