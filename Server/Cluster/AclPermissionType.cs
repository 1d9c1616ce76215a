namespace NettyKafka.Server.Cluster;

/// <summary>Whether an ACL allows or denies; the numbers are the protocol's.</summary>
public enum AclPermissionType : sbyte
{
    Unknown = 0,
    Any = 1,
    Deny = 2,
    Allow = 3,
}
