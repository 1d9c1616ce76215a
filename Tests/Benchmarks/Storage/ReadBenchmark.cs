using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>Reads a log of one segment from its start to its end, 1 MiB at a time, as a consumer that catches up; raw, the segment's file.</summary>
sealed class ReadBenchmark() : StorageBenchmark("read")
{
    const int RecordSize = 100;
    const int BatchBytes = 64 << 10;
    const int ReadBytes = 1 << 20;

    readonly byte[] batch = TestRequests.Batch(RecordSize, BatchBytes);

    public override async Task RunAsync(StorageRun run)
    {
        using var logs = await BenchLogs.OpenAsync(run.EmptyDirectory("log"));
        var created = await logs.CreateAsync(1);
        await BenchLogs.FillAsync(created, batch, run.Plan.ReadBytes, run.Stopping);
        await created[0].FlushAsync();
        await MeasureAsync(run, created[0], isCold: false);
        await MeasureAsync(run, created[0], isCold: true);
    }

    async Task MeasureAsync(StorageRun run, UnifiedLog log, bool isCold)
    {
        var file = Directory.EnumerateFiles(log.Path, "*.log").Single();
        var rounds = await run.TakeTurnsAsync(
            run.Plan.Rounds,
            () => ObserveAsync(log, isCold, () => WorkTime.OfAsync(() => ReadAsync(log))),
            () => ObserveAsync(log, isCold, () => Task.FromResult(WorkTime.Of(() => RawFiles.Read(file)))));
        var name = isCold ? "cold read" : "hot read";
        run.Report.Write($"{name}, MB/s", rounds, round => round.Time.MegabytesPerSecond);
        run.Report.Write($"{name}, CPU s/GB", rounds, round => round.Time.CpuSecondsPerGigabyte);
        if (isCold)
            run.Report.Write($"{name}, share from the disk", rounds, round => round.ShareFromDisk);
    }

    static async Task<(WorkTime Time, double ShareFromDisk)> ObserveAsync(UnifiedLog log, bool isCold, Func<Task<WorkTime>> read)
    {
        if (isCold)
            DiskCalls.DropPages(log.Path);
        var before = DiskCalls.BytesRead();
        var time = await read();
        return (time, (double?)(DiskCalls.BytesRead() - before) / time.Bytes ?? double.NaN);
    }

    async Task<long> ReadAsync(UnifiedLog log)
    {
        var recordsPerBatch = new RecordBatch(batch).RecordCount;
        var bytes = 0L;
        for (var offset = 0L; offset < log.Bounds.LogEndOffset;)
        {
            var read = await log.ReadAsync(offset, ReadBytes, FetchIsolation.HighWatermark, minOneBatch: true);
            var size = read.Records.SizeInBytes;
            read.Records.Release();
            if (read.Error != ErrorCode.None || size == 0)
                throw new IOException($"Reading {log.Partition} at {offset}: {read.Error}, {size} bytes");
            bytes += size;
            offset += size / batch.Length * recordsPerBatch;
        }

        return bytes;
    }
}
