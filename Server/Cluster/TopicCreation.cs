using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// What creating one topic means: the records that do it, or Kafka's error. Pure: it looks at an image and changes nothing.
/// </summary>
public sealed class TopicCreation(ClusterImage image, IReadOnlyList<int> nodes, BrokerConfig config)
{
    public const int UseDefault = -1;

    /// <summary>A topic planned, or why not.</summary>
    public readonly record struct Plan(ErrorCode Error, string? Message, TopicImage? Topic, IReadOnlyList<MetadataRecord> Records)
    {
        public static Plan Failed(ErrorCode error, string? message) => new(error, message, null, []);
    }

    public Plan Create(CreateTopicsRequest.CreatableTopic topic)
    {
        if (topic.Name == InternalTopics.ClusterMetadata)
            return Plan.Failed(ErrorCode.InvalidRequest, $"Creation of internal topic {topic.Name} is prohibited.");
        if (!TopicName.IsValid(topic.Name, out var reason))
            return Plan.Failed(ErrorCode.InvalidTopicException, $"Topic name is invalid: {reason}");
        if (image.FindTopic(topic.Name) is not null)
            return Plan.Failed(ErrorCode.TopicAlreadyExists, $"Topic '{topic.Name}' already exists.");
        if (TopicName.CanCollide(topic.Name) && image.CollidingNames.GetValueOrDefault(TopicName.Unify(topic.Name)) is { } other)
            return Plan.Failed(ErrorCode.InvalidTopicException, $"Topic '{topic.Name}' collides with existing topic: {other}");

        if (TopicConfigs.Validate(config, ConfigsOf(topic)!) is { } invalid)
            return Plan.Failed(ErrorCode.InvalidConfig, invalid);

        var assigned = topic.Assignments.Count > 0 ? AssignedByClient(topic) : AssignedHere(topic);
        return assigned.Error == ErrorCode.None
            ? Planned(topic, assigned.Replicas)
            : Plan.Failed(assigned.Error, assigned.Message);
    }

    /// <summary>The topic's own configs; of a name that is there twice the last value counts, as in Kafka.</summary>
    public static Dictionary<string, string> ConfigsOf(CreateTopicsRequest.CreatableTopic topic)
    {
        var configs = new Dictionary<string, string>();
        foreach (var entry in topic.Configs)
            configs[entry.Name] = entry.Value!;
        return configs;
    }

    (ErrorCode Error, string? Message, ImmutableArray<int>[] Replicas) AssignedHere(CreateTopicsRequest.CreatableTopic topic)
    {
        if (topic.NumPartitions is 0 or < UseDefault)
            return (ErrorCode.InvalidPartitions, "Number of partitions was set to an invalid non-positive value.", []);
        if (topic.ReplicationFactor is 0 or < UseDefault)
            return (ErrorCode.InvalidReplicationFactor, "Replication factor was set to an invalid non-positive value.", []);
        var partitions = topic.NumPartitions == UseDefault ? config.NumPartitions : topic.NumPartitions;
        var replicationFactor = topic.ReplicationFactor == UseDefault ? config.DefaultReplicationFactor : topic.ReplicationFactor;
        if (replicationFactor > nodes.Count)
        {
            return (
                ErrorCode.InvalidReplicationFactor,
                $"Unable to replicate the partition {replicationFactor} time(s): The target replication factor of {replicationFactor} cannot be reached because only {nodes.Count} broker(s) are registered.",
                []);
        }

        // Topics start at different nodes, so that many topics with one partition are spread as well.
        return (ErrorCode.None, null, ReplicaAssignment.Spread(nodes, 0, partitions, replicationFactor, image.TopicsById.Count % nodes.Count));
    }

    (ErrorCode Error, string? Message, ImmutableArray<int>[] Replicas) AssignedByClient(CreateTopicsRequest.CreatableTopic topic)
    {
        if (topic.ReplicationFactor != UseDefault)
            return (ErrorCode.InvalidRequest, "A manual partition assignment was specified, but replication factor was not set to -1.", []);
        if (topic.NumPartitions != UseDefault)
            return (ErrorCode.InvalidRequest, "A manual partition assignment was specified, but numPartitions was not set to -1.", []);

        var replicas = new ImmutableArray<int>[topic.Assignments.Count];
        foreach (var assignment in topic.Assignments)
        {
            if (assignment.PartitionIndex < 0 || assignment.PartitionIndex >= replicas.Length || !replicas[assignment.PartitionIndex].IsDefault)
                return (ErrorCode.InvalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence", []);
            if (ReplicaAssignment.Check(assignment.BrokerIds, topic.Assignments[0].BrokerIds.Count, nodes.ToHashSet()) is { } invalid)
                return (ErrorCode.InvalidReplicaAssignment, invalid, []);
            replicas[assignment.PartitionIndex] = [.. assignment.BrokerIds];
        }

        return (ErrorCode.None, null, replicas);
    }

    Plan Planned(CreateTopicsRequest.CreatableTopic topic, ImmutableArray<int>[] replicas)
    {
        var id = Uuid.Random();
        var records = new List<MetadataRecord>(1 + topic.Configs.Count + replicas.Length) { MetadataRecord.Of(new TopicRecord { Name = topic.Name, TopicId = id }) };
        records.AddRange(ConfigsOf(topic).Select(config => MetadataRecord.Of(new ConfigRecord
        {
            ResourceType = (sbyte)ConfigResourceType.Topic,
            ResourceName = topic.Name,
            Name = config.Key,
            Value = config.Value,
        })));
        records.AddRange(PartitionCreation.RecordsOf(id, 0, image.MetadataVersion, replicas));

        var created = records.Aggregate(ClusterImage.Empty, (next, record) => next.Replay(record));
        return new(ErrorCode.None, null, created.FindTopic(id), records);
    }
}
