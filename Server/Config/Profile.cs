namespace NettyKafka.Server.Config;

/// <summary>A set of defaults below everything that is set: Kafka's own, safe against power loss, or quick and small for tests.</summary>
public enum Profile
{
    Kafka,
    Durable,
    Dev,
}
