using DotNetty.Transport.Channels;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Records;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>Runs the storage benchmarks one after the other, on an event loop as the broker's: what is awaited comes back to it.</summary>
sealed class StorageBench(BenchOptions options, ServerPrograms programs, string dataDirectory, TextWriter output)
{
    const int Kibibyte = 1024;

    public async Task RunAsync(CancellationToken stopping)
    {
        WriteConditions();
        var loops = new MultithreadEventLoopGroup(1);
        try
        {
            await await loops.GetNext().SubmitAsync(() => RunAllAsync(stopping));
        }
        finally
        {
            await loops.ShutdownGracefullyAsync(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }

    void WriteConditions()
    {
        Conditions.WriteTo(output, programs.Broker, ServerPrograms.FlavourOf(programs.Broker), dataDirectory);
        output.WriteLine($"Rounds:     {options.StoragePlan.Rounds}, {options.StoragePlan.RoundsOfLong} of what is long; ours and raw in turn; medians and ratios of the pairs; percentiles of all rounds");
        output.WriteLine();
    }

    async Task RunAllAsync(CancellationToken stopping)
    {
        var report = new PairReport(output, "raw");
        foreach (var benchmark in Benchmarks().Where(benchmark => benchmark.Name.Contains(options.Only, StringComparison.Ordinal)))
        {
            var run = new StorageRun(options.StoragePlan, Path.Combine(dataDirectory, "storage"), report, stopping);
            await benchmark.RunAsync(run);
            StorageRun.Delete(run.DataDirectory);
        }
    }

    // The first one looks at the memory of the process, which the others use up.
    IEnumerable<StorageBenchmark> Benchmarks() =>
    [
        new OpeningBenchmark(),
        new OpeningSizeBenchmark(),
        new AppendBenchmark("append of 64 KiB", 64 * Kibibyte, partitions: 1),
        new AppendBenchmark("append of 1 MiB", Kibibyte * Kibibyte, partitions: 1),
        new AppendBenchmark("append of 4 KiB to 1,000 partitions", 4 * Kibibyte, partitions: 1000),
        new ReadBenchmark(),
        new FlushBenchmark(),
        new GroupCommitBenchmark(writers: 1, partitions: 1),
        new GroupCommitBenchmark(writers: 8, partitions: 1),
        new GroupCommitBenchmark(writers: 64, partitions: 1),
        new GroupCommitBenchmark(writers: 8, partitions: 16),
        new GroupCommitBenchmark(writers: 64, partitions: 16),
        new CompactionBenchmark(recordSize: 100, CompressionType.None),
        new CompactionBenchmark(recordSize: 100, CompressionType.Lz4),
        new CompactionBenchmark(recordSize: 1024, CompressionType.None),
        new CompactionBenchmark(recordSize: 1024, CompressionType.Lz4),
        new CatchUpBenchmark(programs.Broker),
        new RecoveryBenchmark(),
    ];
}
