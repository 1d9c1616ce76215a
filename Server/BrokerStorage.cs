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
    static readonly TimeSpan producerExpirationCheck = TimeSpan.FromMinutes(10);

    readonly BrokerConfig config;
    readonly BlockingExecutor executor;
    readonly TimeProvider time;

    BrokerStorage(BrokerConfig config, IFileSystem files, TimeProvider time, ILoggerFactory loggers)
    {
        this.config = config;
        this.time = time;
        executor = new(config.NumIoThreads, loggers.CreateLogger("kafka.server.KafkaRequestHandlerPool"));
        var environment = new LogEnvironment(executor, PooledByteBufferAllocator.Default, time, loggers.CreateLogger("kafka.log.LogManager"))
        {
            ProducerIdExpirationMs = config.ProducerIdExpirationMs,
            Cleaner = CleanerSettings.Of(config),
        };
        Logs = new(config.LogDirs, files, environment) { RecoveryThreads = config.NumRecoveryThreadsPerDataDir };
    }

    public LogManager Logs { get; }

    /// <summary>Where anything that would hold up an event loop is done.</summary>
    public BlockingExecutor Executor => executor;

    public string ClusterId => Logs.ClusterId;

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
            throw;
        }
    }

    /// <exception cref="LogDirectoryException">The log is, or may be, in a directory that is offline: a new one would forget the cluster.</exception>
    public async ValueTask<MetadataLog> OpenMetadataLogAsync()
    {
        var partition = new TopicPartition(InternalTopics.ClusterMetadata, 0);
        if (Logs.FindLog(partition)?.Directory is { Failure: { } failure } directory)
            throw new LogDirectoryException($"Log directory {directory.Path} with the metadata log is offline: {failure.Message}", failure);
        var log = await Logs.GetOrCreateLogAsync(partition, Uuid.MetadataTopicId, ConfigOf(partition.Topic), isNew: false).ConfigureAwait(false);
        // An epoch of its own for every start, as if an election had been won.
        return new(log, (log.LatestEpoch ?? 0) + 1, config.Profile != Profile.Dev, time);
    }

    /// <summary>Starts what looks after the logs from time to time; when all of them have their topics' configurations.</summary>
    public void StartTasks() => Logs.StartTasks(new(
        RetentionCheck: TimeSpan.FromMilliseconds(config.LogRetentionCheckIntervalMs),
        RecoveryPointCheckpoint: TimeSpan.FromMilliseconds(config.LogFlushOffsetCheckpointIntervalMs),
        LogStartOffsetCheckpoint: TimeSpan.FromMilliseconds(config.LogFlushStartOffsetCheckpointIntervalMs),
        HighWatermarkCheckpoint: TimeSpan.FromMilliseconds(config.ReplicaHighWatermarkCheckpointIntervalMs),
        ProducerExpirationCheck: producerExpirationCheck));

    public async ValueTask DisposeAsync()
    {
        await Logs.CloseAsync().ConfigureAwait(false);
        executor.Dispose();
    }

    /// <summary>Topics get their own configuration when the metadata log has been replayed; it is a log itself, so all are opened with the defaults.</summary>
    TopicConfig ConfigOf(string topic) => topic == InternalTopics.ClusterMetadata
        ? TopicConfig.Default with { MaxMessageBytes = int.MaxValue, CleanupPolicy = "delete", RetentionMs = -1, SegmentBytes = config.MetadataLogSegmentBytes, SegmentMs = config.MetadataLogSegmentMs }
        : config.DefaultTopicConfig;
}
