namespace NettyKafka.Server.Config;

/// <summary>Whether a broker config can be altered while the broker runs, and for whom.</summary>
public enum DynamicMode
{
    Static,
    PerBroker,
    ClusterWide,
}
