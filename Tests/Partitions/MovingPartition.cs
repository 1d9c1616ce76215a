using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Partitions;

/// <summary>A partition on a broker's data directories, that moves from the first to the second at once, step by step, or only begins to.</summary>
public sealed class MovingPartition(IFileSystem files, string root, TopicConfig config, int threads = 1, bool movesAtOnce = true) : IDisposable
{
    public static readonly TopicPartition Id = new("orders", 0);
    public static readonly Uuid TopicId = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");

    static readonly PartitionRegistration registration = new(0, [1], [1], 1, 0, 0);

    readonly BlockingExecutor executor = new(threads, NullLogger.Instance);

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));

    public string One => Path.Combine(root, "one");

    public string Two => Path.Combine(root, "two");

    public string Three => Path.Combine(root, "three");

    public LogManager Logs { get; private set; } = null!;

    public Partition Partition { get; private set; } = null!;

    public ReplicaAlterLogDirs Moves { get; private set; } = null!;

    public async Task OpenAsync()
    {
        Logs = new(movesAtOnce ? [One, Two] : [One, Two, Three], files, new(executor, UnpooledByteBufferAllocator.Default, Time, NullLogger.Instance));
        await Logs.OpenAsync(1, null, _ => config);
        await Logs.SetDuplicatesAsideAsync(Id, TopicId);
        if (Logs.FindLog(Id) is null)
            Logs.Prefer(Id, Logs.Directories[0]);
        Partition = new(Id, TopicId, registration, await Logs.GetOrCreateLogAsync(Id, TopicId, config, isNew: true));
        // Without a thread a move waits for ever.
        Moves = new(Logs, threads: movesAtOnce ? 1 : 0, NullLogger.Instance);
    }

    public ValueTask ResumeAsync() => Moves.ResumeAsync(id => id == Id ? Partition : null);

    public async Task<ErrorCode> MoveAsync(string directory) => await Moves.AlterAsync(Id, () => Partition, Path.GetFullPath(directory));

    /// <summary>Begins a move that goes on only when the test says so.</summary>
    internal ReplicaMove Begin()
    {
        var future = Logs.Futures.Create(Partition.Log, Logs.Directories[1]);
        return new(Partition, future, Logs, NullLogger.Instance);
    }

    public async Task<LogAppendInfo> AppendAsync(Records records, AppendOrigin origin = AppendOrigin.Client, VerificationGuard? guard = null) =>
        await Partition.AppendAsync(records, -1, origin, new(guard, 0));

    public async Task<LogAppendInfo> AppendAsync(params string[] values) => await AppendAsync(TestBatch.Of(values));

    public async Task<List<string>> ReadAsync()
    {
        var values = new List<string>();
        for (var offset = Partition.Bounds.LogStartOffset; offset < Partition.Bounds.HighWatermark;)
        {
            var read = await Partition.ReadAsync(offset, 1 << 20, FetchIsolation.HighWatermark, minOneBatch: true);
            Assert.That(read.Error, Is.EqualTo(ErrorCode.None));
            values.AddRange(TestBroker.ValuesOf(read.Records));
            var rest = read.Records.Span;
            while (RecordBatch.TryTakeFirst(ref rest, out var batch))
                offset = batch.NextOffset;
            read.Records.Release();
        }

        return values;
    }

    /// <summary>Returns when the executor has done what was posted to it before.</summary>
    public void Dispose()
    {
        Logs.Dispose();
        executor.Dispose();
    }
}
