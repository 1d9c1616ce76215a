using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>The logs of a data directory, opened as a broker with Kafka's defaults opens them. Disposing of them without closing is a crash.</summary>
sealed class BenchLogs : IDisposable
{
    public const string Topic = "benchmark";

    public const int RecoveryThreads = 2;

    const int IoThreads = 8;
    const int NodeId = 1;
    const int LeaderEpoch = 0;

    static readonly Uuid topicId = new(0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF);

    readonly BlockingExecutor executor = new(IoThreads, NullLogger.Instance);
    readonly TopicConfig config;

    BenchLogs(string directory, TopicConfig config)
    {
        this.config = config;
        Manager = new([directory], new DiskFileSystem(), new(executor, PooledByteBufferAllocator.Default, TimeProvider.System, NullLogger.Instance)) { RecoveryThreads = RecoveryThreads };
    }

    public LogManager Manager { get; }

    public long SizeInBytes => Manager.Logs.Sum(log => log.SizeInBytes);

    public static async Task<BenchLogs> OpenAsync(string directory, TopicConfig? config = null)
    {
        var logs = new BenchLogs(directory, config ?? TopicConfig.Default);
        try
        {
            await logs.Manager.OpenAsync(NodeId, clusterId: null, _ => logs.config);
            return logs;
        }
        catch
        {
            logs.Dispose();
            throw;
        }
    }

    public async Task<UnifiedLog[]> CreateAsync(int partitions)
    {
        var logs = new UnifiedLog[partitions];
        for (var i = 0; i < partitions; i++)
            logs[i] = await Manager.GetOrCreateLogAsync(new(Topic, i), topicId, config, isNew: true);
        return logs;
    }

    public static async ValueTask AppendAsync(UnifiedLog log, byte[] batch)
    {
        var appended = await log.AppendAsync(Records.View(batch), LeaderEpoch, AppendOrigin.Client);
        if (appended.Error != ErrorCode.None)
            throw new IOException($"Appending to {log.Partition}: {appended.Error} {appended.ErrorMessage}");
    }

    /// <summary>Appends a batch again and again, to one log after the other, and says how many bytes that were.</summary>
    public static async Task<long> FillAsync(IReadOnlyList<UnifiedLog> logs, byte[] batch, long bytes, CancellationToken stopping)
    {
        var count = bytes / batch.Length;
        for (var i = 0L; i < count; i++)
        {
            stopping.ThrowIfCancellationRequested();
            await AppendAsync(logs[(int)(i % logs.Count)], batch);
        }

        return count * batch.Length;
    }

    /// <summary>Makes a directory with as many logs of a few batches as a clean stop leaves them: one of them is created, the others are copies.</summary>
    public static async Task CreateCleanAsync(string directory, int partitions, byte[] batch, int batches)
    {
        using (var logs = await OpenAsync(directory))
        {
            await FillAsync(await logs.CreateAsync(1), batch, (long)batch.Length * batches, CancellationToken.None);
            await logs.Manager.CloseAsync();
        }

        for (var i = 1; i < partitions; i++)
            RawFiles.CopyTree(Path.Combine(directory, $"{Topic}-0"), Path.Combine(directory, $"{Topic}-{i}"));
    }

    public void Dispose()
    {
        Manager.Dispose();
        foreach (var log in Manager.Logs)
            log.Discard();
        executor.Dispose();
    }
}
