using NettyKafka.Server;

namespace NettyKafka.Testing;

/// <summary>Holds the broker that an embedded Kafka is at the moment: after a crash it is another one.</summary>
sealed class BrokerHost(Broker broker)
{
    public Broker Broker { get; } = broker;
}
