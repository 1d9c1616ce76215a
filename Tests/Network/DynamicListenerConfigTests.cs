using DotNetty.Transport.Channels;
using NettyKafka.Server.Config;
using NettyKafka.Server.Network;

namespace NettyKafka.Tests.Network;

public sealed class DynamicListenerConfigTests : IAsyncDisposable
{
    readonly Transport transport = new(SocketTransport.Sockets, 3);
    readonly BrokerConfig config = BrokerConfig.Create(new Dictionary<string, string> { ["listeners"] = "PLAINTEXT://:9092,INTERNAL://:9093", ["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT" });

    [TearDown]
    public async ValueTask DisposeAsync() => await transport.DisposeAsync();

    [TestCase("num.network.threads", "7", "Dynamic thread count update validation failed for num.network.threads=7, value should not be greater than double the current value 3")]
    [TestCase("listeners", "PLAINTEXT://:9092,INTERNAL://:9095", "Advertised listeners cannot be altered when using a Raft-based metadata quorum.")]
    [TestCase("listeners", "PLAINTEXT://:9092", "Advertised listeners cannot be altered when using a Raft-based metadata quorum.")]
    [TestCase("listener.name.internal.sasl.enabled.mechanisms", "PLAIN",
        "Configs cannot be updated dynamically for existing listener ListenerName(INTERNAL), restart broker or create a new listener for update")]
    [TestCase("listener.name.internal.ssl.client.auth", "required",
        "Configs cannot be updated dynamically for existing listener ListenerName(INTERNAL), restart broker or create a new listener for update")]
    public void What_an_open_listener_cannot_change_is_refused_in_Kafkas_words(string name, string value, string message) =>
        Assert.That(() => ValidateAsync(name, value), Throws.TypeOf<ConfigException>().With.Message.EqualTo(message));

    [TestCase("num.network.threads", "6")]
    [TestCase("listener.name.internal.max.connections", "5")]
    [TestCase("listener.name.internal.ssl.keystore.location", "new.pem")]
    [TestCase("listener.name.other.sasl.enabled.mechanisms", "PLAIN")]
    [TestCase("message.max.bytes", "5")]
    public void Everything_else_can_change(string name, string value) => Assert.That(() => ValidateAsync(name, value), Throws.Nothing);

    [Test]
    public async Task A_connection_stays_on_its_loop_and_new_ones_go_to_as_many_as_there_are_to_be()
    {
        var loops = new EventLoops(2, group => new SingleThreadEventLoop(group));
        var first = loops.GetNext();

        loops.Resize(1);
        Assert.That(Enumerable.Range(0, 4).Select(_ => loops.GetNext()).Distinct().Count(), Is.EqualTo(1));
        Assert.That(first.IsShuttingDown, Is.False);
        loops.Resize(3);
        Assert.That(Enumerable.Range(0, 9).Select(_ => loops.GetNext()).Distinct().Count(), Is.EqualTo(3));

        await loops.ShutdownGracefullyAsync(TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.That(loops.IsTerminated);
    }

    Task ValidateAsync(string name, string value) => new DynamicListenerConfig(transport)
        .ValidateAsync(config, config.WithDynamic(new Dictionary<string, string>(), new Dictionary<string, string> { [name] = value })).AsTask();
}
