using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Records;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>Opens logs after a crash without any checkpoint: all bytes are read and checked. Raw, the files are read by as many threads, with a CRC-32C over all.</summary>
sealed class RecoveryBenchmark() : StorageBenchmark("recovery")
{
    const int Partitions = 10;
    const int RecordSize = 100;
    const int BatchBytes = 64 << 10;

    public override async Task RunAsync(StorageRun run)
    {
        var directory = run.EmptyDirectory("log");
        var bytes = await CrashAsync(directory, run);
        var name = $"recovery of {bytes / 1e9:0} GB";
        var hot = await run.TakeTurnsAsync(run.Plan.RoundsOfLong, () => RecoverAsync(directory, bytes), () => Read(directory));
        run.Report.Write($"{name}, GB/s", hot, time => time.GigabytesPerSecond);
        run.Report.Write($"{name}, s", hot, time => time.Elapsed.TotalSeconds);
        run.Report.Write($"{name}, CPU s/GB", hot, time => time.CpuSecondsPerGigabyte);
        var cold = await run.TakeTurnsAsync(1, () => RecoverAsync(Dropped(directory), bytes), () => Read(Dropped(directory)), warmsUp: false);
        run.Report.Write($"{name}, cold, GB/s", cold, time => time.GigabytesPerSecond);
        run.Report.Write($"{name}, cold, s", cold, time => time.Elapsed.TotalSeconds);
    }

    static async Task<long> CrashAsync(string directory, StorageRun run)
    {
        using var logs = await BenchLogs.OpenAsync(directory);
        return await BenchLogs.FillAsync(await logs.CreateAsync(Partitions), TestRequests.Batch(RecordSize, BatchBytes), run.Plan.RecoveryBytes, run.Stopping);
    }

    static async Task<WorkTime> RecoverAsync(string directory, long bytes)
    {
        BenchLogs? logs = null;
        try
        {
            var time = await WorkTime.OfAsync(async () => (logs = await BenchLogs.OpenAsync(directory)).SizeInBytes);
            return time.Bytes == bytes ? time : throw new InvalidDataException($"{time.Bytes} of {bytes} bytes were recovered");
        }
        finally
        {
            logs?.Dispose();
        }
    }

    static WorkTime Read(string directory) => WorkTime.Of(() => RawFiles.OnThreads(
        BenchLogs.RecoveryThreads,
        Directory.GetFiles(directory, "*.log", SearchOption.AllDirectories),
        path =>
        {
            var crc = 0u;
            return RawFiles.Read(path, piece => crc ^= Crc32C.Compute(piece.Span));
        }));

    static string Dropped(string directory)
    {
        DiskCalls.DropPages(directory);
        return directory;
    }
}
