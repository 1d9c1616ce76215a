namespace NettyKafka.Server.Cluster;

/// <summary>What one filter of a deletion came to: an error, or the ACLs that it has matched.</summary>
public sealed record DeletedAcls(ApiError Error, IReadOnlyList<Acl> Acls);
