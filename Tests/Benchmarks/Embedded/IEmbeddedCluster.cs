namespace NettyKafka.Benchmarks.Embedded;

/// <summary>A cluster inside this process: ours, or the mock of Confluent.Kafka.</summary>
interface IEmbeddedCluster : IAsyncDisposable
{
    string BootstrapServers { get; }
}
