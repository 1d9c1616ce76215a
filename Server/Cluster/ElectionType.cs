namespace NettyKafka.Server.Cluster;

/// <summary>Which replica is wanted as leader; the numbers are the protocol's.</summary>
public enum ElectionType : sbyte
{
    /// <summary>The first of the assignment.</summary>
    Preferred = 0,
    /// <summary>Any that is there, even if it does not have all that was acknowledged.</summary>
    Unclean = 1,
}
