using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>All partitions that this process holds, kept in step with the cluster's image: what the image promises has its log before anyone sees it.</summary>
public sealed class PartitionTable(LogManager logs, DynamicBrokerConfig config, ILogger logger)
{
    readonly ReplicaAlterLogDirs moves = new(logs, config.Current.NumReplicaAlterLogDirsThreads, logger);
    readonly ConcurrentDictionary<TopicPartition, Partition> partitions = new();

    /// <summary>Partitions whose log could not be created; they answer KAFKA_STORAGE_ERROR until the next start.</summary>
    readonly ConcurrentDictionary<TopicPartition, Exception> offline = new();

    /// <summary>What topics have that have no configs of their own.</summary>
    TopicConfig defaults = config.Current.DefaultTopicConfig;

    /// <summary>Whether the first image is there: what it has was created before, what a later one adds is new.</summary>
    bool isLoaded;

    public Partition? Find(TopicPartition id) => partitions.GetValueOrDefault(id);

    public IEnumerable<Partition> All => partitions.Values;

    /// <summary>Finds a partition as seen from a node: only its leader serves it.</summary>
    public bool TryFindLeader(string topic, int partition, Node node, [NotNullWhen(true)] out Partition? found, out ErrorCode error)
    {
        found = partitions.GetValueOrDefault(new(topic, partition));
        error = found switch
        {
            null when offline.ContainsKey(new(topic, partition)) => ErrorCode.KafkaStorageError,
            null => ErrorCode.UnknownTopicOrPartition,
            _ when found.Log.Directory.IsOffline => ErrorCode.KafkaStorageError,
            _ when found.Registration.Leader != node.Id => ErrorCode.NotLeaderOrFollower,
            _ => ErrorCode.None,
        };
        return error == ErrorCode.None;
    }

    /// <summary>Whether a partition's log is in a data directory that is offline.</summary>
    public bool IsOffline(TopicPartition id) => partitions.TryGetValue(id, out var partition) ? partition.Log.Directory.IsOffline : offline.ContainsKey(id);

    /// <summary>Lets a partition move into another data directory of this broker; done in the background.</summary>
    public ValueTask<ErrorCode> AlterLogDirAsync(TopicPartition id, string path) =>
        offline.ContainsKey(id) ? new(ErrorCode.KafkaStorageError) : moves.AlterAsync(id, () => Find(id), path);

    /// <summary>Ends what goes on in the background; the next start goes on with it.</summary>
    public ValueTask StopAsync() => moves.StopAsync();

    /// <summary>The cluster's state is loaded: logs that it knows nothing of are set aside.</summary>
    public async ValueTask CompleteLoadAsync()
    {
        isLoaded = true;
        await logs.SetStrayAsideAsync(IsOwned).ConfigureAwait(false);
        logs.DirectoryWentOffline = CompleteWaiting;
        await moves.ResumeAsync(Find).ConfigureAwait(false);
    }

    bool IsOwned(TopicPartition id) => id.Topic == InternalTopics.ClusterMetadata || partitions.ContainsKey(id) || offline.ContainsKey(id);

    /// <summary>Opens and changes logs as the step from one image to the next wants it; before the next one can be seen.</summary>
    public async ValueTask ApplyAsync(ClusterImage previous, ClusterImage next)
    {
        if (!ReferenceEquals(previous.TopicsById, next.TopicsById))
        {
            foreach (var (id, topic) in next.TopicsById)
            {
                if (!ReferenceEquals(previous.TopicsById.GetValueOrDefault(id), topic))
                    await ApplyAsync(previous.TopicsById.GetValueOrDefault(id), topic, next).ConfigureAwait(false);
            }
        }

        if (!ReferenceEquals(previous.Configs, next.Configs))
            await ApplyConfigsAsync(previous, next).ConfigureAwait(false);
    }

    /// <summary>Deletes the logs of topics that the next image does not have; when it is what everyone sees.</summary>
    public async ValueTask DeleteAsync(ClusterImage previous, ClusterImage next)
    {
        if (ReferenceEquals(previous.TopicsById, next.TopicsById))
            return;
        foreach (var (id, topic) in previous.TopicsById)
        {
            if (!next.TopicsById.ContainsKey(id))
                await DeleteAsync(topic).ConfigureAwait(false);
        }
    }

    async ValueTask ApplyAsync(TopicImage? previous, TopicImage topic, ClusterImage image)
    {
        foreach (var registration in topic.Partitions.Values)
        {
            var id = new TopicPartition(topic.Name, registration.PartitionId);
            if (partitions.TryGetValue(id, out var partition))
            {
                if (partition.Registration.LeaderEpoch != registration.LeaderEpoch)
                    await partition.AssignLeaderEpochAsync(registration.LeaderEpoch).ConfigureAwait(false);
                partition.Registration = registration;
                continue;
            }

            var isNew = isLoaded && previous?.Partitions.ContainsKey(registration.PartitionId) != true;
            await OpenAsync(id, topic, registration, ConfigOf(topic.Name, image), isNew).ConfigureAwait(false);
        }
    }

    async ValueTask OpenAsync(TopicPartition id, TopicImage topic, PartitionRegistration registration, TopicConfig topicConfig, bool isNew)
    {
        try
        {
            await logs.SetDuplicatesAsideAsync(id, topic.Id).ConfigureAwait(false);
            // A log of the same name but another topic.
            if (logs.FindLog(id) is { } stale && !stale.TopicId.IsZero && stale.TopicId != topic.Id)
                await RemoveAsync(id).ConfigureAwait(false);
            var log = await logs.GetOrCreateLogAsync(id, topic.Id, topicConfig, isNew).ConfigureAwait(false);
            log.Config = topicConfig;
            // Opened with the broker's defaults, the log may have been recovered without the flush that its own topic asks for.
            if (topicConfig.FlushMessages <= 1)
                await log.FlushAsync().ConfigureAwait(false);
            log.AssignLeaderEpoch(registration.LeaderEpoch);
            offline.TryRemove(id, out _);
            partitions[id] = new(id, topic.Id, registration, log);
        }
        catch (IOException e)
        {
            logger.LogError(e, "The log of {Partition} cannot be created: the partition is offline", id);
            offline[id] = e;
        }
    }

    async ValueTask RemoveAsync(TopicPartition id)
    {
        // At the start nobody knows why it is there.
        if (isLoaded)
            await logs.DeleteLogAsync(id).ConfigureAwait(false);
        else
            await logs.SetAsideAsync(id).ConfigureAwait(false);
    }

    async ValueTask DeleteAsync(TopicImage topic)
    {
        var deleted = new List<Partition>();
        foreach (var partitionId in topic.Partitions.Keys)
        {
            var id = new TopicPartition(topic.Name, partitionId);
            offline.TryRemove(id, out _);
            if (partitions.TryRemove(id, out var partition))
                deleted.Add(partition);
        }

        await moves.CancelAsync(deleted.ConvertAll(partition => partition.Id)).ConfigureAwait(false);
        await logs.DeleteLogsAsync(deleted.Select(partition => partition.Id)).ConfigureAwait(false);
        foreach (var partition in deleted)
            partition.CompleteWaiting();
    }

    /// <summary>Who waits for a partition in a directory that has gone offline is told.</summary>
    void CompleteWaiting(LogDirectory directory)
    {
        foreach (var partition in partitions.Values)
        {
            if (partition.Log.Directory == directory)
                partition.CompleteWaiting();
        }
    }

    async ValueTask ApplyConfigsAsync(ClusterImage previous, ClusterImage next)
    {
        var haveDefaultsChanged = defaults != config.Current.DefaultTopicConfig;
        defaults = config.Current.DefaultTopicConfig;
        foreach (var topic in next.TopicsById.Values)
        {
            var resource = new ConfigResource(ConfigResourceType.Topic, topic.Name);
            if (!haveDefaultsChanged && ReferenceEquals(previous.Configs.GetValueOrDefault(resource), next.Configs.GetValueOrDefault(resource)))
                continue;
            foreach (var partitionId in topic.Partitions.Keys)
            {
                if (Find(new(topic.Name, partitionId)) is not { } partition)
                    continue;
                partition.Config = ConfigOf(topic.Name, next);
                // From now on nobody reads what is not flushed; what has been read before has to be as safe.
                if (partition.Config.FlushMessages <= 1)
                    await partition.Log.FlushAsync().ConfigureAwait(false);
            }
        }
    }

    TopicConfig ConfigOf(string topic, ClusterImage image) => TopicConfig.Create(config.Current, image.ConfigsOf(new(ConfigResourceType.Topic, topic)));
}
