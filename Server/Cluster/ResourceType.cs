namespace NettyKafka.Server.Cluster;

/// <summary>The kind of a resource that ACLs are about; the numbers are the protocol's.</summary>
public enum ResourceType : sbyte
{
    Unknown = 0,
    Any = 1,
    Topic = 2,
    Group = 3,
    Cluster = 4,
    TransactionalId = 5,
    DelegationToken = 6,
    User = 7,
}
