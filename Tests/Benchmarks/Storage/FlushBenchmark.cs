namespace NettyKafka.Benchmarks.Storage;

/// <summary>What the system's two calls take on this disk: the runtime's flush, which the log uses, is fsync; what others are measured against is fdatasync.</summary>
sealed class FlushBenchmark() : StorageBenchmark("fsync beside fdatasync")
{
    const int BlockBytes = 1024;

    readonly byte[] block = new byte[BlockBytes];

    public override async Task RunAsync(StorageRun run)
    {
        var directory = run.EmptyDirectory("raw");
        using var synced = RawFiles.Create(Path.Combine(directory, "fsync"));
        using var dataSynced = RawFiles.Create(Path.Combine(directory, "fdatasync"));
        var rounds = await run.TakeTurnsAsync(
            run.Plan.Rounds,
            () => Task.FromResult(Flushes.Measure(synced, block, RandomAccess.FlushToDisk, run.Plan.CommitWindow)),
            () => Flushes.Measure(dataSynced, block, DiskCalls.FlushData, run.Plan.CommitWindow));
        Flushes.Write(run.Report, Name, rounds, "flushes/s");
    }
}
