namespace NettyKafka.Server.Cluster;

/// <summary>How an ACL's resource name is meant: as a name or as what names begin with; a filter may ask for both. The numbers are the protocol's.</summary>
public enum PatternType : sbyte
{
    Unknown = 0,
    Any = 1,

    /// <summary>Of a filter: every pattern that the name matches.</summary>
    Match = 2,
    Literal = 3,
    Prefixed = 4,
}
