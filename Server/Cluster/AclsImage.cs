using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>The ACLs of the cluster, to be found by what they are about. It is never changed: replaying a record answers the next one.</summary>
public sealed class AclsImage
{
    public static readonly AclsImage Empty = new(
        ImmutableDictionary<Uuid, Acl>.Empty,
        ImmutableDictionary<(ResourceType, string), ImmutableArray<Acl>>.Empty,
        ImmutableSortedSet.Create<PrefixedAcls>(new PrefixedAcls.Order()));

    readonly ImmutableDictionary<Uuid, Acl> byId;
    readonly ImmutableDictionary<(ResourceType Type, string Name), ImmutableArray<Acl>> literal;
    readonly ImmutableSortedSet<PrefixedAcls> prefixed;

    AclsImage(
        ImmutableDictionary<Uuid, Acl> byId,
        ImmutableDictionary<(ResourceType Type, string Name), ImmutableArray<Acl>> literal,
        ImmutableSortedSet<PrefixedAcls> prefixed) => (this.byId, this.literal, this.prefixed) = (byId, literal, prefixed);

    public IReadOnlyDictionary<Uuid, Acl> ById => byId;

    /// <summary>What has to be replayed to come to the same ACLs.</summary>
    public IEnumerable<AccessControlEntryRecord> Records => byId.Select(entry => entry.Value.ToRecord(entry.Key));

    public bool Contains(Acl acl) => OfPattern(acl).Contains(acl);

    public AclsImage Replay(AccessControlEntryRecord record)
    {
        var acl = Acl.Of(record);
        return Replay(new RemoveAccessControlEntryRecord { Id = record.Id }).With(byId.SetItem(record.Id, acl), acl, OfPattern(acl).Add(acl));
    }

    public AclsImage Replay(RemoveAccessControlEntryRecord record) =>
        byId.TryGetValue(record.Id, out var acl) ? With(byId.Remove(record.Id), acl, OfPattern(acl).Remove(acl)) : this;

    /// <summary>The ACLs whose patterns a resource matches: of its own name, of every resource, and of what its name begins with.</summary>
    public IEnumerable<Acl> Matching(ResourceType type, string name)
    {
        var own = OfLiteral(type, name);
        var ofEvery = name == Acl.Wildcard ? [] : OfLiteral(type, Acl.Wildcard);
        return own.Concat(ofEvery).Concat(MatchingPrefixes(type, name));
    }

    /// <summary>From the longest prefix on. Between two prefixes of a name there may be others in the order; where the next one can be, is where the last one parts from it.</summary>
    IEnumerable<Acl> MatchingPrefixes(ResourceType type, string name)
    {
        var length = name.Length;
        while (length >= 0)
        {
            var index = prefixed.IndexOf(new(type, name, length, []));
            var last = index >= 0 ? index : ~index - 1;
            if (last < 0 || prefixed[last].Type != type)
                yield break;
            var candidate = prefixed[last];
            length = candidate.Prefix.CommonPrefixLength(name.AsSpan(0, length));
            if (length < candidate.Length)
                continue;
            foreach (var acl in candidate.Acls)
                yield return acl;
            length--;
        }
    }

    ImmutableArray<Acl> OfPattern(Acl acl) => acl.PatternType == PatternType.Prefixed
        ? prefixed.TryGetValue(PrefixOf(acl, []), out var found) ? found.Acls : []
        : OfLiteral(acl.ResourceType, acl.ResourceName);

    ImmutableArray<Acl> OfLiteral(ResourceType type, string name) => literal.TryGetValue((type, name), out var acls) ? acls : [];

    AclsImage With(ImmutableDictionary<Uuid, Acl> ids, Acl changed, ImmutableArray<Acl> ofPattern)
    {
        // A pattern of a type that is not known matches nothing.
        if (changed.PatternType is not (PatternType.Literal or PatternType.Prefixed))
            return new(ids, literal, prefixed);
        if (changed.PatternType == PatternType.Prefixed)
        {
            var others = prefixed.Remove(PrefixOf(changed, []));
            return new(ids, literal, ofPattern.IsEmpty ? others : others.Add(PrefixOf(changed, ofPattern)));
        }

        var key = (changed.ResourceType, changed.ResourceName);
        return new(ids, ofPattern.IsEmpty ? literal.Remove(key) : literal.SetItem(key, ofPattern), prefixed);
    }

    static PrefixedAcls PrefixOf(Acl acl, ImmutableArray<Acl> acls) => new(acl.ResourceType, acl.ResourceName, acl.ResourceName.Length, acls);
}
