namespace NettyKafka.Server.Cluster;

/// <summary>The SCRAM mechanisms; the numbers are the protocol's.</summary>
public enum ScramMechanism : sbyte
{
    Unknown = 0,
    Sha256 = 1,
    Sha512 = 2,
}
