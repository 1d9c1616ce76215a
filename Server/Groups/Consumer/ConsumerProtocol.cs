namespace NettyKafka.Server.Groups.Consumer;

/// <summary>The protocol that consumers speak inside of classic groups.</summary>
static class ConsumerProtocol
{
    public const string Type = "consumer";
}
