using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security;

/// <summary>Why something is allowed or denied: the ACL that says so, or what holds without one.</summary>
public sealed record MatchingRule(bool IsAllowed, Acl? Acl, string? Name = null)
{
    public static readonly MatchingRule SuperUser = new(true, null, "SuperUser");

    public static readonly MatchingRule DefaultAllow = new(true, null, "DefaultAllow");

    public static readonly MatchingRule DefaultDeny = new(false, null, "DefaultDeny");

    public override string ToString() => Name ?? $"MatchingAcl(acl={Acl})";
}
