using System.Diagnostics;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>
/// Writers on one event loop that each wait for the flush of a batch of 1 KiB before they append the next, to the partitions in turn. Raw, one thread writes as
/// much at the end of a file and calls fdatasync.
/// </summary>
sealed class GroupCommitBenchmark(int writers, int partitions) : StorageBenchmark($"flushed appends, {writers} on {partitions}")
{
    readonly byte[] batch = TestRequests.Batch(valueSize: 100, batchBytes: 1024);

    public override async Task RunAsync(StorageRun run)
    {
        using var logs = await BenchLogs.OpenAsync(run.EmptyDirectory("log"), TopicConfig.Default with { FlushMessages = 1 });
        var created = await logs.CreateAsync(partitions);
        using var file = RawFiles.Create(Path.Combine(run.EmptyDirectory("raw"), "file"));
        var rounds = await run.TakeTurnsAsync(
            run.Plan.Rounds,
            () => AppendAsync(created, run.Plan.CommitWindow),
            () => Flushes.Measure(file, batch, DiskCalls.FlushData, run.Plan.CommitWindow));
        Flushes.Write(run.Report, Name, rounds, "acks/s");
    }

    async Task<Flushes> AppendAsync(UnifiedLog[] logs, TimeSpan window)
    {
        var latency = new LatencyHistogram();
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => AppendAsync(logs, writer, start, window, latency)).ToArray());
        return new(Stopwatch.GetElapsedTime(start), latency);
    }

    async Task AppendAsync(UnifiedLog[] logs, int next, long start, TimeSpan window, LatencyHistogram latency)
    {
        for (; Stopwatch.GetElapsedTime(start) < window; next++)
        {
            var appended = Stopwatch.GetTimestamp();
            await BenchLogs.AppendAsync(logs[next % logs.Length], batch);
            latency.Record(Stopwatch.GetTimestamp() - appended);
        }
    }
}
