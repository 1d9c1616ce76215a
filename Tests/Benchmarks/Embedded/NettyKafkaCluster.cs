using NettyKafka.Testing;

namespace NettyKafka.Benchmarks.Embedded;

sealed class NettyKafkaCluster(EmbeddedKafka kafka) : IEmbeddedCluster
{
    public string BootstrapServers => kafka.BootstrapServers;

    public static async Task<IEmbeddedCluster> StartAsync() => new NettyKafkaCluster(await EmbeddedKafka.StartAsync());

    public ValueTask DisposeAsync() => kafka.DisposeAsync();
}
