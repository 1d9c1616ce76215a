using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Support;

/// <summary>A log over files of one's choice, opened as often as a test likes.</summary>
public sealed class TestLog : IDisposable
{
    public const int LeaderEpoch = 3;

    public static readonly TopicPartition Partition = new("orders", 0);

    readonly BlockingExecutor executor = new(1, NullLogger.Instance);

    public TestLog(IFileSystem? files = null, TopicConfig? config = null, string root = "/data", LogCheckpoints checkpoints = default, bool verifiesTransactions = false)
    {
        Files = files ?? new MemoryFileSystem();
        Config = config ?? TopicConfig.Default;
        Root = root;
        Environment = new(executor, UnpooledByteBufferAllocator.Default, Time, Logger) { VerifiesTransactions = verifiesTransactions };
        Log = Open(checkpoints);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));

    public TestLogger Logger { get; } = new();

    public LogEnvironment Environment { get; }

    public IFileSystem Files { get; }

    public TopicConfig Config { get; set; }

    public string Root { get; }

    public string Path => System.IO.Path.Combine(Root, Partition.ToString());

    public UnifiedLog Log { get; private set; }

    public void Reopen(LogCheckpoints checkpoints = default) => Log = Open(checkpoints);

    public async Task<LogAppendInfo> AppendAsync(Records records, AppendOrigin origin = AppendOrigin.Client, int leaderEpoch = LeaderEpoch, TransactionalAppend transaction = default) =>
        await Log.AppendAsync(records, leaderEpoch, origin, transaction);

    public async Task<LogAppendInfo> AppendAsync(params string[] values) => await AppendAsync(TestBatch.Of(values));

    /// <summary>The base offset and the size of the batches that a read returns.</summary>
    public async Task<List<(long BaseOffset, int Size)>> ReadAsync(long offset, int maxBytes = int.MaxValue, FetchIsolation isolation = FetchIsolation.LogEnd, bool minOneBatch = true)
    {
        var read = await Log.ReadAsync(offset, maxBytes, isolation, minOneBatch);
        Assert.That(read.Error, Is.EqualTo(ErrorCode.None));
        try
        {
            return Batches(read.Records.Span);
        }
        finally
        {
            read.Records.Release();
        }
    }

    /// <summary>Returns when the executor has done what was posted to it before.</summary>
    public void DrainExecutor() => executor.Dispose();

    public void Dispose()
    {
        Log.Close();
        executor.Dispose();
    }

    static List<(long, int)> Batches(Span<byte> bytes)
    {
        var batches = new List<(long, int)>();
        while (RecordBatch.TryTakeFirst(ref bytes, out var batch))
            batches.Add((batch.BaseOffset, batch.SizeInBytes));
        Assert.That(bytes.Length, Is.Zero, "bytes behind the last whole batch");
        return batches;
    }

    UnifiedLog Open(LogCheckpoints checkpoints)
    {
        Files.CreateDirectory(Root);
        return UnifiedLog.Open(Partition, new(Root, Files, NullLogger.Instance), Path, Config, Environment, checkpoints);
    }
}
