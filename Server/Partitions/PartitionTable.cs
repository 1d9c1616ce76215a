using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>All partitions that this process holds, kept in step with the cluster's image: what the image promises has its log before anyone sees it.</summary>
public sealed class PartitionTable(LogManager logs, BrokerConfig config, ILogger logger)
{
    readonly ConcurrentDictionary<TopicPartition, Partition> partitions = new();

    /// <summary>Partitions whose log could not be created; they answer KAFKA_STORAGE_ERROR until the next start.</summary>
    readonly ConcurrentDictionary<TopicPartition, Exception> offline = new();

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
            _ when found.Registration.Leader != node.Id => ErrorCode.NotLeaderOrFollower,
            _ => ErrorCode.None,
        };
        return error == ErrorCode.None;
    }

    /// <summary>Opens and changes logs as the step from one image to the next wants it; before the next one can be seen.</summary>
    public async ValueTask ApplyAsync(ClusterImage previous, ClusterImage next)
    {
        if (!ReferenceEquals(previous.TopicsById, next.TopicsById))
        {
            foreach (var (id, topic) in next.TopicsById)
            {
                if (!ReferenceEquals(previous.TopicsById.GetValueOrDefault(id), topic))
                    await ApplyAsync(topic, next).ConfigureAwait(false);
            }
        }

        if (!ReferenceEquals(previous.Configs, next.Configs))
            ApplyConfigs(previous, next);
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

    async ValueTask ApplyAsync(TopicImage topic, ClusterImage image)
    {
        foreach (var registration in topic.Partitions.Values)
        {
            var id = new TopicPartition(topic.Name, registration.PartitionId);
            if (partitions.TryGetValue(id, out var partition))
            {
                partition.Registration = registration;
                continue;
            }

            await OpenAsync(id, topic, registration, ConfigOf(topic.Name, image)).ConfigureAwait(false);
        }
    }

    async ValueTask OpenAsync(TopicPartition id, TopicImage topic, PartitionRegistration registration, TopicConfig topicConfig)
    {
        try
        {
            // A log of the same name but another topic was left behind by a deletion that a crash cut short.
            if (logs.FindLog(id) is { } stale && !stale.TopicId.IsZero && stale.TopicId != topic.Id)
                await logs.DeleteLogAsync(id).ConfigureAwait(false);
            var log = await logs.GetOrCreateLogAsync(id, topic.Id, topicConfig).ConfigureAwait(false);
            log.Config = topicConfig;
            log.AssignLeaderEpoch(registration.LeaderEpoch);
            partitions[id] = new(id, topic.Id, registration, log);
        }
        catch (IOException e)
        {
            logger.LogError(e, "The log of {Partition} cannot be created: the partition is offline", id);
            offline[id] = e;
        }
    }

    async ValueTask DeleteAsync(TopicImage topic)
    {
        foreach (var partitionId in topic.Partitions.Keys)
        {
            var id = new TopicPartition(topic.Name, partitionId);
            offline.TryRemove(id, out _);
            if (!partitions.TryRemove(id, out var partition))
                continue;
            await logs.DeleteLogAsync(partition.Id).ConfigureAwait(false);
            partition.CompleteWaiting();
        }
    }

    void ApplyConfigs(ClusterImage previous, ClusterImage next)
    {
        foreach (var topic in next.TopicsById.Values)
        {
            var resource = new ConfigResource(ConfigResourceType.Topic, topic.Name);
            if (ReferenceEquals(previous.Configs.GetValueOrDefault(resource), next.Configs.GetValueOrDefault(resource)))
                continue;
            foreach (var partitionId in topic.Partitions.Keys)
            {
                if (Find(new(topic.Name, partitionId)) is { } partition)
                    partition.Log.Config = ConfigOf(topic.Name, next);
            }
        }
    }

    TopicConfig ConfigOf(string topic, ClusterImage image) => TopicConfig.Create(config, image.ConfigsOf(new(ConfigResourceType.Topic, topic)));
}
