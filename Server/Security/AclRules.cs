using System.Collections.Concurrent;
using System.Net;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security;

/// <summary>
/// What the ACLs of one image mean. A denial goes before every permission; a resource that has no ACL at all has the default. Answers are kept, as far as there is
/// room, since a client asks the same with each request.
/// </summary>
sealed class AclRules(AclsImage acls, MatchingRule withoutAcls)
{
    const int MaxKeptAnswers = 16_384;

    /// <summary>The longest name of a topic; others can be chosen by clients at any length.</summary>
    const int MaxKeptNameLength = 249;

    readonly ConcurrentDictionary<Question, MatchingRule> answers = new();
    readonly ConcurrentDictionary<Question, bool> answersByType = new();
    int kept;

    public AclsImage Acls => acls;

    public MatchingRule Find(KafkaPrincipal principal, IPAddress host, AclOperation operation, ResourceType type, string name)
    {
        var question = new Question(principal, host, operation, type, name);
        if (answers.TryGetValue(question, out var known))
            return known;
        var found = Find(question);
        if (MayKeep(name))
            answers.TryAdd(question, found);
        return found;
    }

    /// <summary>Whether there may be a resource of a type with which somebody may do something: every permission that is not wholly under a denial counts.</summary>
    public bool AllowsAny(KafkaPrincipal principal, IPAddress host, AclOperation operation, ResourceType type)
    {
        var question = new Question(principal, host, operation, type, "");
        if (answersByType.TryGetValue(question, out var known))
            return known;
        var found = FindAny(question);
        if (MayKeep(""))
            answersByType.TryAdd(question, found);
        return found;
    }

    bool MayKeep(string name) => name.Length <= MaxKeptNameLength && Volatile.Read(ref kept) < MaxKeptAnswers && Interlocked.Increment(ref kept) <= MaxKeptAnswers;

    MatchingRule Find(in Question question)
    {
        var (principal, host) = (question.Principal.ToString(), HostAddress.ToText(question.Host));
        var hasAcls = false;
        Acl? allowing = null;
        foreach (var acl in acls.Matching(question.Type, question.Name))
        {
            hasAcls = true;
            if (!acl.IsFor(principal, host) || !acl.IsAbout(question.Operation))
                continue;
            if (acl.PermissionType != AclPermissionType.Allow)
                return new(false, acl);
            allowing = acl;
        }

        if (allowing is not null)
            return new(true, allowing);
        return hasAcls ? MatchingRule.DefaultDeny : withoutAcls;
    }

    bool FindAny(Question question)
    {
        var (principal, host) = (question.Principal.ToString(), HostAddress.ToText(question.Host));
        var own = acls.ById.Values
            .Where(acl => acl.ResourceType == question.Type && acl.IsFor(principal, host) && (acl.Operation == question.Operation || acl.Operation == AclOperation.All))
            .ToLookup(acl => (IsAllowed: acl.PermissionType == AclPermissionType.Allow, acl.PatternType), acl => acl.ResourceName);
        var denied = own[(false, PatternType.Literal)].ToHashSet(StringComparer.Ordinal);
        var deniedPrefixes = own[(false, PatternType.Prefixed)].ToHashSet(StringComparer.Ordinal);
        if (denied.Contains(Acl.Wildcard))
            return false;
        return own[(true, PatternType.Literal)].Any(name => name == Acl.Wildcard || (!denied.Contains(name) && !IsUnder(deniedPrefixes, name)))
            || own[(true, PatternType.Prefixed)].Any(name => !IsUnder(deniedPrefixes, name));
    }

    static bool IsUnder(HashSet<string> prefixes, string name) => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    readonly record struct Question(KafkaPrincipal Principal, IPAddress Host, AclOperation Operation, ResourceType Type, string Name);
}
