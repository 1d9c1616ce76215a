namespace NettyKafka.Server.Cluster;

/// <summary>Which ACLs are meant: null and Any stand for all; the pattern type Match for every pattern that the resource name matches.</summary>
public sealed record AclFilter(
    ResourceType ResourceType, string? ResourceName, PatternType PatternType, string? Principal, string? Host, AclOperation Operation, AclPermissionType PermissionType)
{
    public bool Matches(Acl acl) =>
        MatchesResource(acl)
        && (Principal is null || Principal == acl.Principal)
        && (Host is null || Host == acl.Host)
        && (Operation == AclOperation.Any || Operation == acl.Operation)
        && (PermissionType == AclPermissionType.Any || PermissionType == acl.PermissionType);

    bool MatchesResource(Acl acl)
    {
        if (ResourceType != ResourceType.Any && ResourceType != acl.ResourceType)
            return false;
        if (PatternType is not (PatternType.Any or PatternType.Match) && PatternType != acl.PatternType)
            return false;
        if (ResourceName is null)
            return true;
        if (PatternType != PatternType.Match)
            return ResourceName == acl.ResourceName;
        return acl.PatternType == PatternType.Prefixed
            ? ResourceName.StartsWith(acl.ResourceName, StringComparison.Ordinal)
            : acl.ResourceName == ResourceName || acl.ResourceName == Acl.Wildcard;
    }
}
