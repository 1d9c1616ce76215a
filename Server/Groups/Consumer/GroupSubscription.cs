using System.Runtime.InteropServices;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>What the members of a group subscribe to, each kind of subscription once however many share it; and what its regular expressions match.</summary>
sealed class GroupSubscription
{
    readonly Dictionary<(TopicNames Names, string Regex), Kind> kinds = [];
    readonly Dictionary<string, int> regexes = new(StringComparer.Ordinal);
    readonly Dictionary<string, ResolvedRegularExpression> resolved = new(StringComparer.Ordinal);

    /// <summary>The regular expressions that members use.</summary>
    public IReadOnlyCollection<string> Regexes => regexes.Keys;

    /// <summary>The regular expressions that are resolved.</summary>
    public IReadOnlyCollection<string> ResolvedRegexes => resolved.Keys;

    /// <summary>The topics that are subscribed to, by name or by a regular expression; one may come more than once.</summary>
    public IEnumerable<string> Topics => kinds.Keys.SelectMany(kind => TopicsOf(kind.Names, kind.Regex));

    public int MembersWith(string regex) => regexes.GetValueOrDefault(regex);

    public ResolvedRegularExpression? FindResolved(string regex) => resolved.GetValueOrDefault(regex);

    public void SetResolved(string regex, ResolvedRegularExpression resolution) => resolved[regex] = resolution;

    public void RemoveResolved(string regex) => resolved.Remove(regex);

    public bool Contains(string topic) => kinds.Keys.Any(kind => kind.Names.Contains(topic) || (FindResolved(kind.Regex)?.Topics.Contains(topic) ?? false));

    public IEnumerable<string> TopicsOf(TopicNames names, string regex) =>
        FindResolved(regex) is { } resolution ? names.Names.Concat(resolution.Topics.Names) : names.Names;

    /// <summary>The one object of all members that subscribe to the same as this one does.</summary>
    public TopicNames Share(ConsumerGroupMember member) => kinds.GetValueOrDefault(KindOf(member)).Names ?? member.SubscribedTopicNames;

    public void Add(ConsumerGroupMember member)
    {
        ref var kind = ref CollectionsMarshal.GetValueRefOrAddDefault(kinds, KindOf(member), out _);
        kind = new(kind.Names ?? member.SubscribedTopicNames, kind.Members + 1);
        if (member.HasRegex)
            CollectionsMarshal.GetValueRefOrAddDefault(regexes, member.SubscribedTopicRegex, out _)++;
    }

    public void Remove(ConsumerGroupMember member)
    {
        ref var kind = ref CollectionsMarshal.GetValueRefOrNullRef(kinds, KindOf(member));
        kind = kind with { Members = kind.Members - 1 };
        if (kind.Members == 0)
            kinds.Remove(KindOf(member));
        if (member.HasRegex && --CollectionsMarshal.GetValueRefOrNullRef(regexes, member.SubscribedTopicRegex) == 0)
            regexes.Remove(member.SubscribedTopicRegex);
    }

    static (TopicNames Names, string Regex) KindOf(ConsumerGroupMember member) => (member.SubscribedTopicNames, member.SubscribedTopicRegex);

    readonly record struct Kind(TopicNames? Names, int Members);
}
