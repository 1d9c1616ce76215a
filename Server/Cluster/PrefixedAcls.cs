using System.Collections.Immutable;

namespace NettyKafka.Server.Cluster;

/// <summary>The ACLs of one prefixed pattern: the first <see cref="Length"/> letters of <see cref="Text"/>, so that parts of a name can be looked for without being made.</summary>
readonly record struct PrefixedAcls(ResourceType Type, string Text, int Length, ImmutableArray<Acl> Acls)
{
    public ReadOnlySpan<char> Prefix => Text.AsSpan(0, Length);

    /// <summary>By type, then by the letters of the prefix: what a name begins with stands before it, the longest last.</summary>
    public sealed class Order : IComparer<PrefixedAcls>
    {
        public int Compare(PrefixedAcls x, PrefixedAcls y) => x.Type != y.Type ? x.Type.CompareTo(y.Type) : x.Prefix.SequenceCompareTo(y.Prefix);
    }
}
