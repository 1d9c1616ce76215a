using Confluent.Kafka;

namespace NettyKafka.Benchmarks.Embedded;

/// <summary>The mock cluster of Confluent.Kafka: it lives in a client that is configured with it, and others connect to the ports that this one is told.</summary>
sealed class MockCluster(IProducer<Null, byte[]> owner, string bootstrapServers) : IEmbeddedCluster
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    public string BootstrapServers => bootstrapServers;

    public static Task<IEmbeddedCluster> StartAsync()
    {
        var config = new ProducerConfig { BootstrapServers = "none:1" };
        config.Set("test.mock.num.brokers", "1");
        var owner = new ProducerBuilder<Null, byte[]>(config).SetLogHandler(static (_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(owner.Handle).Build();
        var brokers = admin.GetMetadata(patience).Brokers;
        return Task.FromResult<IEmbeddedCluster>(new MockCluster(owner, string.Join(',', brokers.Select(broker => $"{broker.Host}:{broker.Port}"))));
    }

    public ValueTask DisposeAsync()
    {
        owner.Dispose();
        return ValueTask.CompletedTask;
    }
}
