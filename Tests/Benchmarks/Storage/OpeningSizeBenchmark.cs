using NettyKafka.Benchmarks.Scenarios;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>Opens one partition after a clean stop beside another with a tenth of its data: that must not count.</summary>
sealed class OpeningSizeBenchmark() : StorageBenchmark("opening by size")
{
    const int OpeningsPerRound = 10;

    readonly byte[] batch = TestRequests.Batch(valueSize: 100, batchBytes: 64 << 10);

    public override async Task RunAsync(StorageRun run)
    {
        var bytes = run.Plan.OpenBytes;
        var large = await CreateAsync(run.EmptyDirectory("large"), bytes);
        var small = await CreateAsync(run.EmptyDirectory("small"), bytes / 10);
        var rounds = await run.TakeTurnsAsync(run.Plan.Rounds, () => OpenAsync(large), () => OpenAsync(small));
        run.Report.Write($"opening {bytes / 1e6:0} MB beside {bytes / 1e7:0} MB, ms", rounds, time => time.TotalMilliseconds);
    }

    async Task<string> CreateAsync(string directory, long bytes)
    {
        await BenchLogs.CreateCleanAsync(directory, partitions: 1, batch, (int)(bytes / batch.Length));
        return directory;
    }

    static async Task<TimeSpan> OpenAsync(string directory)
    {
        var elapsed = TimeSpan.Zero;
        for (var i = 0; i < OpeningsPerRound; i++)
        {
            BenchLogs? logs = null;
            try
            {
                elapsed += (await WorkTime.OfAsync(async () => (logs = await BenchLogs.OpenAsync(directory)).SizeInBytes)).Elapsed;
                await logs!.Manager.CloseAsync();
            }
            finally
            {
                logs?.Dispose();
            }
        }

        return elapsed / OpeningsPerRound;
    }
}
