namespace NettyKafka.Benchmarks.Storage;

/// <summary>A part of the storage report: what the log achieves beside what the file calls under it do by themselves.</summary>
abstract class StorageBenchmark(string name)
{
    public string Name => name;

    /// <summary>Measures in the run's directory, which is empty before and deleted afterwards.</summary>
    public abstract Task RunAsync(StorageRun run);
}
