using DotNetty.Buffers;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server;

/// <summary>What a broker keeps: its data directories with all logs, the metadata log among them, and the threads that may block on them.</summary>
public sealed class BrokerStorage : IAsyncDisposable
{
    const int FlushThreads = 4;

    readonly BrokerConfig config;
    readonly BlockingExecutor executor;
    readonly BlockingExecutor flushExecutor;
    readonly IFileSystem files;
    readonly LogEnvironment metadataEnvironment;
    MetadataLog? metadataLog;

    BrokerStorage(BrokerConfig config, IFileSystem files, TimeProvider time, ILoggerFactory loggers)
    {
        this.config = config;
        this.files = files;
        executor = new(config.NumIoThreads, loggers.CreateLogger("kafka.server.KafkaRequestHandlerPool"));
        // What lies in memory is never waited for.
        flushExecutor = new(files.IsInMemory ? 1 : FlushThreads, loggers.CreateLogger("kafka.log.LogFlush"));
        var environment = new LogEnvironment(executor, PooledByteBufferAllocator.Default, time, loggers.CreateLogger("kafka.log.LogManager"))
        {
            ProducerIdExpirationMs = config.ProducerIdExpirationMs,
            VerifiesTransactions = config.TransactionPartitionVerificationEnable,
            GroupCommit = new(flushExecutor),
            Cleaner = CleanerSettings.Of(config),
        };
        metadataEnvironment = environment with { Logger = loggers.CreateLogger("kafka.raft.KafkaMetadataLog") };
        Logs = new(config.LogDirs, files, environment, config.MetadataLogDir) { RecoveryThreads = config.NumRecoveryThreadsPerDataDir };
        Reconfigurable = new DynamicStorageConfig(executor, Logs, environment);
    }

    public LogManager Logs { get; }

    /// <summary>What has to be told of a changed configuration.</summary>
    public Reconfigurable Reconfigurable { get; }

    /// <summary>Where anything that would hold up an event loop is done.</summary>
    public BlockingExecutor Executor => executor;

    public string ClusterId => Logs.ClusterId;

    /// <summary>The epoch that the broker is registered with, for the mark of a clean stop; -1 until it is.</summary>
    public long BrokerEpoch { get; set; } = -1;

    /// <summary>Takes the data directories and loads every log in them.</summary>
    /// <exception cref="LogDirectoryException">A directory cannot be used; the message says which and why.</exception>
    public static async Task<BrokerStorage> OpenAsync(BrokerConfig config, IFileSystem files, TimeProvider time, ILoggerFactory loggers)
    {
        var storage = new BrokerStorage(config, files, time, loggers);
        try
        {
            await storage.Logs.OpenAsync(config.NodeId, config.ClusterId, storage.ConfigOf).ConfigureAwait(false);
            return storage;
        }
        catch
        {
            storage.Logs.Dispose();
            storage.executor.Dispose();
            storage.flushExecutor.Dispose();
            throw;
        }
    }

    /// <exception cref="LogDirectoryException">The log is not where it should be: a new one would forget the cluster.</exception>
    public async ValueTask<MetadataLog> OpenMetadataLogAsync()
    {
        var partition = new TopicPartition(InternalTopics.ClusterMetadata, 0);
        var directory = Logs.MetadataDirectory;
        if (directory.Failure is { } failure)
            throw new LogDirectoryException($"Log directory {directory.Path} with the metadata log is offline: {failure.Message}", failure);
        var existing = Logs.FindLog(partition);
        if (existing is not null && existing.Directory != directory)
            throw new LogDirectoryException($"The metadata log is in {existing.Directory.Path}, but metadata.log.dir is {directory.Path}");
        if (existing is null)
            ThrowIfMetadataIsLost();
        var log = await Logs.GetOrCreateMetadataLogAsync(partition, Uuid.MetadataTopicId, ConfigOf(partition.Topic)).ConfigureAwait(false);
        var snapshots = new MetadataSnapshots(files, log.Path, metadataEnvironment);
        var retention = new MetadataRetention(log, snapshots, metadataEnvironment, config.MetadataMaxRetentionBytes, config.MetadataMaxRetentionMs);
        var generator = new SnapshotGenerator(snapshots, retention, metadataEnvironment, config.MetadataLogMaxRecordBytesBetweenSnapshots, config.MetadataLogMaxSnapshotIntervalMs);
        // A disk made for power cuts is asked to keep at least what the cluster is: without it nothing of the rest can be read.
        return metadataLog = new(log, snapshots, generator, metadataEnvironment, config.NodeId, flush: config.Profile != Profile.Dev || files is FaultyFileSystem);
    }

    /// <summary>Starts what looks after the logs from time to time; when all of them have their topics' configurations.</summary>
    public void StartTasks() => Logs.StartTasks(new(
        RetentionCheck: TimeSpan.FromMilliseconds(config.LogRetentionCheckIntervalMs),
        RecoveryPointCheckpoint: TimeSpan.FromMilliseconds(config.LogFlushOffsetCheckpointIntervalMs),
        LogStartOffsetCheckpoint: TimeSpan.FromMilliseconds(config.LogFlushStartOffsetCheckpointIntervalMs),
        HighWatermarkCheckpoint: TimeSpan.FromMilliseconds(config.ReplicaHighWatermarkCheckpointIntervalMs),
        ProducerExpirationCheck: TimeSpan.FromMilliseconds(config.ProducerIdExpirationCheckIntervalMs)));

    /// <summary>The records that the metadata directory was formatted with; a directory without is formatted with those given.</summary>
    /// <exception cref="LogDirectoryException">There are logs of topics already, so a cluster was here before.</exception>
    public async ValueTask<IReadOnlyList<MetadataRecord>> BootstrapAsync(IReadOnlyList<MetadataRecord> records)
    {
        ThrowIfMetadataIsLost();
        return await metadataEnvironment.RunAsync(
            files,
            static work => BootstrapCheckpoint.ReadOrWrite(work.Files, work.Directory, work.Records, work.NowMs),
            (Files: files, Directory: Logs.MetadataDirectory.Path, Records: records, metadataEnvironment.NowMs)).ConfigureAwait(false);
    }

    /// <summary>Lets go of everything as a killed process does: nothing is flushed, no checkpoint and no mark of a clean stop is written.</summary>
    public void Abandon()
    {
        Logs.Abandon();
        executor.Dispose();
        flushExecutor.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (metadataLog is not null)
            await metadataLog.DisposeAsync().ConfigureAwait(false);
        await Logs.CloseAsync(BrokerEpoch).ConfigureAwait(false);
        executor.Dispose();
        flushExecutor.Dispose();
    }

    void ThrowIfMetadataIsLost()
    {
        if (Logs.Logs.FirstOrDefault(log => log.Partition.Topic != InternalTopics.ClusterMetadata) is { } other)
            throw new LogDirectoryException($"The metadata of the cluster is not in {Logs.MetadataDirectory.Path}, but {other.Directory.Path} has the log of {other.Partition}: is metadata.log.dir right, or the directory lost?");
    }

    /// <summary>Topics get their own configuration when the metadata log has been replayed; it is a log itself, so all are opened with the defaults.</summary>
    TopicConfig ConfigOf(string topic) => topic == InternalTopics.ClusterMetadata
        ? TopicConfig.Default with { MaxMessageBytes = int.MaxValue, CleanupPolicy = "delete", RetentionMs = -1, SegmentBytes = config.MetadataLogSegmentBytes, SegmentMs = config.MetadataLogSegmentMs }
        : config.DefaultTopicConfig;
}
