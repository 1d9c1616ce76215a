using NettyKafka.Benchmarks.Scenarios;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>Appends batches that are valid already, to the partitions in turn; raw, the same bytes are written to as many files.</summary>
sealed class AppendBenchmark(string name, int batchBytes, int partitions) : StorageBenchmark(name)
{
    const int RecordSize = 100;

    readonly byte[] batch = TestRequests.Batch(RecordSize, batchBytes);

    public override async Task RunAsync(StorageRun run)
    {
        // Where there are many files, most of a round goes into making and deleting them.
        var rounds = await run.TakeTurnsAsync(partitions == 1 ? run.Plan.Rounds : run.Plan.RoundsOfLong, () => AppendAsync(run), () => Write(run));
        run.Report.Write($"{Name}, MB/s", rounds, time => time.MegabytesPerSecond);
        run.Report.Write($"{Name}, CPU s/GB", rounds, time => time.CpuSecondsPerGigabyte);
    }

    // The files go away after each round, so that hardly any of the bytes reach the disk while others are measured.
    async Task<WorkTime> AppendAsync(StorageRun run)
    {
        var directory = run.EmptyDirectory("log");
        await BenchLogs.CreateCleanAsync(directory, partitions, batch, batches: 1);
        WorkTime time;
        using (var logs = await BenchLogs.OpenAsync(directory))
        {
            var created = await logs.CreateAsync(partitions);
            time = await WorkTime.OfAsync(() => BenchLogs.FillAsync(created, batch, run.Plan.AppendBytes, run.Stopping));
        }

        StorageRun.Delete(directory);
        return time;
    }

    WorkTime Write(StorageRun run)
    {
        var directory = run.EmptyDirectory("raw");
        var files = Enumerable.Range(0, partitions).Select(i => RawFiles.Create(Path.Combine(directory, $"{i}"))).ToArray();
        try
        {
            return WorkTime.Of(() => RawFiles.Fill(files, batch, run.Plan.AppendBytes));
        }
        finally
        {
            Array.ForEach(files, file => file.Dispose());
            StorageRun.Delete(directory);
        }
    }
}
