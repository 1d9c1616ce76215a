using NettyKafka.Codec.Records;
using NettyKafka.Server.Config;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>
/// Compacts a log in which every other record has a key of its own and the rest share a few, so that of each batch half is kept. Raw, the dirty segments are copied
/// in pieces of 1 MiB and flushed, as the cleaner's are.
/// </summary>
sealed class CompactionBenchmark(int recordSize, CompressionType compression)
    : StorageBenchmark($"compaction of {recordSize} B, {(compression == CompressionType.None ? "plain" : "lz4")}")
{
    const int Segments = 8;

    public override async Task RunAsync(StorageRun run)
    {
        var config = TopicConfig.Default with { CleanupPolicy = "compact", SegmentBytes = (int)(run.Plan.CompactionBytes / Segments) };
        var dirty = run.EmptyDirectory("dirty");
        await FillAsync(dirty, config, run);
        var rounds = await run.TakeTurnsAsync(run.Plan.RoundsOfLong, () => CompactAsync(dirty, run.EmptyDirectory("log"), config), () => Copy(dirty, run.EmptyDirectory("raw")));
        run.Report.Write($"{Name}, MB/s", rounds, time => time.MegabytesPerSecond);
        run.Report.Write($"{Name}, CPU s/GB", rounds, time => time.CpuSecondsPerGigabyte);
    }

    async Task FillAsync(string directory, TopicConfig config, StorageRun run)
    {
        using var logs = await BenchLogs.OpenAsync(directory, config);
        var created = await logs.CreateAsync(1);
        var records = new KeyedRecords(recordSize, compression);
        for (var bytes = 0L; bytes < run.Plan.CompactionBytes; bytes += KeyedRecords.BatchBytes)
        {
            run.Stopping.ThrowIfCancellationRequested();
            await BenchLogs.AppendAsync(created[0], records.NextBatch());
        }

        await logs.Manager.CloseAsync();
    }

    static async Task<WorkTime> CompactAsync(string dirty, string directory, TopicConfig config)
    {
        RawFiles.CopyTree(dirty, directory);
        using var logs = await BenchLogs.OpenAsync(directory, config);
        var time = await WorkTime.OfAsync(async () => (await logs.Manager.Cleaner.CompactAsync(new(BenchLogs.Topic, 0)))?.MapBytesRead ?? 0);
        return time.Bytes == SegmentsToClean(dirty).Sum(path => new FileInfo(path).Length) ? time : throw new InvalidDataException($"Only {time.Bytes} bytes were compacted");
    }

    static WorkTime Copy(string dirty, string directory) => WorkTime.Of(() =>
    {
        using var copy = RawFiles.Create(Path.Combine(directory, "copy"));
        var position = 0L;
        foreach (var path in SegmentsToClean(dirty))
        {
            RawFiles.Read(path, piece =>
            {
                RandomAccess.Write(copy, piece.Span, position);
                position += piece.Length;
            });
        }

        DiskCalls.FlushData(copy);
        return position;
    });

    /// <summary>All but the active one.</summary>
    static IEnumerable<string> SegmentsToClean(string directory) =>
        Directory.GetFiles(directory, "*.log", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SkipLast(1);
}
