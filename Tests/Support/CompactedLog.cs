using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Support;

/// <summary>A log of keyed records that is rolled and cleaned when a test says so.</summary>
sealed class CompactedLog : IDisposable
{
    public static readonly TopicConfig Config = TopicConfig.Default with
    {
        CleanupPolicy = "compact",
        DeleteRetentionMs = 1000,
        SegmentMs = long.MaxValue,
        FileDeleteDelayMs = 0,
        IndexIntervalBytes = 100,
    };

    readonly TestLog log;
    readonly CleanerThrottle unlimited = new(double.MaxValue, TimeProvider.System);
    bool rolls;

    public CompactedLog(IFileSystem? files = null, TopicConfig? config = null, string root = "/data") => log = new(files, config ?? Config, root);

    public TestLog Test => log;

    public UnifiedLog Log => log.Log;

    public OffsetMap Map { get; set; } = new(1 << 20, 0.9);

    public long? CleanerPoint { get; set; }

    public long NowMs => log.Environment.NowMs;

    /// <summary>Appends one batch; a null value is a tombstone.</summary>
    public Task<LogAppendInfo> AppendAsync(params (string? Key, string? Value)[] records) => AppendAsync(new TestBatch(), records);

    public Task<LogAppendInfo> AppendAsync(TestBatch batch, params (string? Key, string? Value)[] records) => AppendAsync(batch.BuildKeyed(records));

    public async Task<LogAppendInfo> AppendAsync(Records records, AppendOrigin origin = AppendOrigin.Client)
    {
        var config = Log.Config;
        if (rolls)
            Log.Config = config with { SegmentIndexBytes = 0 };
        rolls = false;
        var info = await log.AppendAsync(records, origin);
        Log.Config = config;
        Assert.That(info.Error, Is.EqualTo(ErrorCode.None));
        return info;
    }

    public Task MarkAsync(long producerId, bool isAbort, short producerEpoch = 0) => AppendAsync(TestBatch.Marker(producerId, producerEpoch, isAbort), AppendOrigin.Coordinator);

    /// <summary>The next append begins a new segment.</summary>
    public void Roll() => rolls = true;

    /// <summary>Begins a new segment with a record in it, so that all before it can be cleaned.</summary>
    public Task SealAsync()
    {
        Roll();
        return AppendAsync(("last", "last"));
    }

    public LogToClean Range() => LogToClean.Of(Log, CleanerPoint, NowMs, NullLogger.Instance);

    public CleanerStats Clean(CancellationToken abort = default)
    {
        var stats = new LogCleaning(Range(), Map, unlimited, 1024, NowMs).Run(abort);
        CleanerPoint = stats.EndOffset;
        return stats;
    }

    /// <summary>Seals what there is and cleans it.</summary>
    public async Task<CleanerStats> SealAndCleanAsync()
    {
        await SealAsync();
        return Clean();
    }

    /// <summary>All records as offset:key=value; what is in the active segment from <see cref="SealAsync"/> is left out.</summary>
    public async Task<List<string>> RecordsAsync() => [.. (await BatchesAsync()).SelectMany(batch => batch.Records).Where(record => !record.Contains("last=last", StringComparison.Ordinal))];

    public async Task<List<DumpedBatch>> BatchesAsync()
    {
        var batches = new List<DumpedBatch>();
        for (var offset = Log.Bounds.LogStartOffset; offset < Log.Bounds.LogEndOffset;)
        {
            var read = await Log.ReadAsync(offset, 1 << 20, FetchIsolation.LogEnd, minOneBatch: true);
            Assert.That((read.Error, read.Records.SizeInBytes > 0), Is.EqualTo((ErrorCode.None, true)), $"at {offset}");
            var rest = read.Records.Span;
            while (RecordBatch.TryTakeFirst(ref rest, out var batch))
            {
                Assert.That((batch.IsCrcValid, batch.LastOffset >= offset), Is.EqualTo((true, true)));
                batches.Add(DumpedBatch.Of(batch));
                offset = batch.NextOffset;
            }

            read.Records.Release();
        }

        return batches;
    }

    public void Dispose() => log.Dispose();
}

/// <summary>A batch of a log in words.</summary>
sealed record DumpedBatch(long BaseOffset, long LastOffset, int BaseSequence, long? DeleteHorizonMs, long MaxTimestamp, bool IsControl, List<string> Records, byte[] Bytes)
{
    public static DumpedBatch Of(RecordBatch batch)
    {
        var records = new List<string>();
        if (!batch.IsControl)
        {
            foreach (var record in batch.ReadRecords())
                records.Add($"{record.Offset}:{(record.HasKey ? Encoding.UTF8.GetString(record.Key) : "null")}={(record.HasValue ? Encoding.UTF8.GetString(record.Value) : "null")}");
        }

        return new(batch.BaseOffset, batch.LastOffset, batch.BaseSequence, batch.DeleteHorizonMs, batch.MaxTimestamp, batch.IsControl, records, batch.Bytes.ToArray());
    }
}
