using System.Globalization;
using NettyKafka.Benchmarks.Scenarios;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>
/// Opens and closes many partitions that are idle and were stopped cleanly. Raw, their directories are listed and their files opened and read by as many threads,
/// but for the log itself, whose length is asked for.
/// </summary>
sealed class OpeningBenchmark() : StorageBenchmark("opening partitions")
{
    const int WarmUpPartitions = 50;
    const int BatchBytes = 1024;
    const int BatchesPerPartition = 8;

    readonly byte[] batch = TestRequests.Batch(valueSize: 100, BatchBytes);

    public override async Task RunAsync(StorageRun run)
    {
        var count = run.Plan.Partitions;
        await CreateAsync(run.EmptyDirectory("warm-up"), WarmUpPartitions);
        await OpenAsync(Path.Combine(run.DataDirectory, "warm-up"));
        var directory = run.EmptyDirectory("logs");
        await CreateAsync(directory, count);
        var rounds = await run.TakeTurnsAsync(run.Plan.RoundsOfLong, () => OpenAsync(directory), () => OpenRaw(directory), warmsUp: false);

        var name = string.Create(CultureInfo.InvariantCulture, $"{count:#,0} partitions");
        run.Report.Write($"opening {name}, ms", rounds, round => round.Opening.TotalMilliseconds);
        run.Report.Write($"opening {name}, µs each", rounds, round => round.Opening.TotalMicroseconds / count);
        var ours = rounds.ConvertAll(round => round.Ours);
        run.Report.Write($"closing {name}, ms", ours, round => round.Closing.TotalMilliseconds);
        run.Report.Write($"closing {name}, µs each", ours, round => round.Closing.TotalMicroseconds / count);
        // Later rounds get the memory that the first one has left to the process.
        run.Report.Write($"{name}, managed B each", ours[..1], round => (double)round.Managed / count);
        run.Report.Write($"{name}, resident B each", ours[..1], round => (double)round.Resident / count);
        run.Report.Write($"{name}, open files", ours, round => round.OpenFiles);
    }

    Task CreateAsync(string directory, int partitions) => BenchLogs.CreateCleanAsync(directory, partitions, batch, BatchesPerPartition);

    static async Task<Opened> OpenAsync(string directory)
    {
        var before = ProcessUse.Now();
        BenchLogs? logs = null;
        try
        {
            var opening = await WorkTime.OfAsync(async () => (logs = await BenchLogs.OpenAsync(directory)).SizeInBytes);
            var use = ProcessUse.Now();
            var closing = await WorkTime.OfAsync(async () =>
            {
                await logs!.Manager.CloseAsync();
                return 0;
            });
            return new(opening.Elapsed, closing.Elapsed, use.Managed - before.Managed, use.Resident - before.Resident, use.OpenFiles - before.OpenFiles);
        }
        finally
        {
            logs?.Dispose();
        }
    }

    static Opened OpenRaw(string directory) =>
        new(WorkTime.Of(() => RawFiles.OnThreads(BenchLogs.RecoveryThreads, Directory.GetDirectories(directory), ReadPartition)).Elapsed, default, default, default, default);

    static long ReadPartition(string directory)
    {
        var bytes = 0L;
        foreach (var path in Directory.EnumerateFiles(directory))
        {
            if (!path.EndsWith(".log", StringComparison.Ordinal))
            {
                bytes += File.ReadAllBytes(path).Length;
                continue;
            }

            using var log = RawFiles.Open(path);
            bytes += RandomAccess.GetLength(log);
        }

        return bytes;
    }

    readonly record struct Opened(TimeSpan Opening, TimeSpan Closing, long Managed, long Resident, int OpenFiles);
}
