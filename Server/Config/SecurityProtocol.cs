namespace NettyKafka.Server.Config;

/// <summary>How a listener is protected, with Kafka's numbers.</summary>
public enum SecurityProtocol
{
    Plaintext = 0,
    Ssl = 1,
    SaslPlaintext = 2,
    SaslSsl = 3,
}
