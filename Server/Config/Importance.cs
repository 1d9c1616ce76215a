namespace NettyKafka.Server.Config;

/// <summary>How much a config matters to most users, as Kafka rates it.</summary>
public enum Importance
{
    High,
    Medium,
    Low,
}
