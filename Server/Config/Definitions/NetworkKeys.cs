using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: listeners and connections.</summary>
static class NetworkKeys
{
    public static readonly ConfigKey[] Keys =
    [
        List("advertised.listeners", null, High).Used("What clients are told to connect to; when unset, the local address of their own connection."),
        Long("connections.max.idle.ms", 600_000, Medium).Used("A connection without traffic for this long is closed."),
        List("early.start.listeners", null, High),
        Text("inter.broker.listener.name", null, Medium).Used("Listener between brokers; must name a listener of this broker."),
        Text("listener.security.protocol.map", "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", Low).PerBroker().Used("The security protocol of each listener name."),
        List("listeners", "PLAINTEXT://:9092", High).PerBroker().Used("Where the broker listens, NAME://HOST:PORT; an empty host is every interface, port 0 a free port."),
        Int("max.connection.creation.rate", int.MaxValue, Medium, AtLeast(0)).ClusterWide().Used("New connections a second, in all and for each listener; more are delayed."),
        Int("max.connections", int.MaxValue, Medium, AtLeast(0)).ClusterWide().Used("Connections that are open at most, in all and for each listener; more are closed at once."),
        Int("max.connections.per.ip", int.MaxValue, Medium, AtLeast(0)).ClusterWide().Used("Connections from one address at most."),
        Text("max.connections.per.ip.overrides", "", Medium).ClusterWide().Used("Exceptions to max.connections.per.ip, HOST:COUNT,..."),
        Int("num.network.threads", 3, High, AtLeast(1)).ClusterWide().Used("Event loops that serve connections, shared by all listeners."),
        Long("queued.max.request.bytes", -1, Medium).Used("Bytes of requests that may wait before reading stops; -1 is no limit."),
        Int("queued.max.requests", 500, High, AtLeast(1)),
        Int("request.timeout.ms", 30_000, High).Used("How long a request waits for a write of the transaction coordinator."),
        Long("socket.connection.setup.timeout.max.ms", 30_000, Medium),
        Long("socket.connection.setup.timeout.ms", 10_000, Medium),
        Int("socket.listen.backlog.size", 50, Medium, AtLeast(1)).Used("Connections that may wait to be accepted."),
        Int("socket.receive.buffer.bytes", 102_400, High).Used("SO_RCVBUF of a connection; -1 leaves it to the system."),
        Int("socket.request.max.bytes", 104_857_600, High, AtLeast(1)).Used("A larger request closes its connection."),
        Int("socket.send.buffer.bytes", 102_400, High).Used("SO_SNDBUF of a connection; -1 leaves it to the system."),
    ];
}
