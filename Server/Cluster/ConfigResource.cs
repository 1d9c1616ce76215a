namespace NettyKafka.Server.Cluster;

/// <summary>What a configuration belongs to; the numbers are the protocol's.</summary>
public enum ConfigResourceType : sbyte
{
    Unknown = 0,
    Topic = 2,
    Broker = 4,
    BrokerLogger = 8,
    ClientMetrics = 16,
    Group = 32,
}

/// <summary>A resource with dynamic configuration; the cluster-wide broker default has an empty name.</summary>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name);
