using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Cluster;

/// <summary>Changes of the cluster that clients ask for, each as one step on the metadata log.</summary>
public sealed class Controller(ClusterMetadata cluster, DynamicBrokerConfig config)
{
    public const int MaxPartitionsPerRequest = 10_000;
    public const string ThrottlingQuotaExceeded = "The throttling quota has been exceeded.";
    const int ProducerIdBlockSize = 1000;

    /// <summary>Topics that are being created for who needs them.</summary>
    readonly ConcurrentDictionary<string, TaskCompletionSource<ErrorCode>> creations = new(StringComparer.Ordinal);

    /// <summary>
    /// Creates topics, or with <paramref name="validateOnly"/> only says what would happen. Answers in the order asked. The quota is asked whether so many
    /// partitions may be created.
    /// </summary>
    public async Task<List<TopicCreation.Plan>> CreateTopicsAsync(IReadOnlyList<CreateTopicsRequest.CreatableTopic> topics, bool validateOnly, Func<int, bool>? quota = null)
    {
        var partitions = topics.Sum(topic => topic.Assignments.Count > 0 ? topic.Assignments.Count : Math.Max(0L, topic.NumPartitions));
        if (partitions > MaxPartitionsPerRequest)
            return [.. topics.Select(_ => TopicCreation.Plan.Failed(ErrorCode.PolicyViolation, "Excessively large number of partitions per request."))];

        var (error, plans) = await cluster.ChangeAsync(image => PlanAll(image, topics, validateOnly, quota)).ConfigureAwait(false);
        return error == ErrorCode.None ? plans : plans.ConvertAll(plan => plan.Error == ErrorCode.None ? TopicCreation.Plan.Failed(error, null) : plan);
    }

    /// <summary>Makes sure that a topic exists, created with the defaults that fit it; None when it already did.</summary>
    [SuppressMessage("Usage", "VSTHRD003", Justification = "Nothing that the creation does waits for the thread of who waits for it.")]
    public async Task<ErrorCode> EnsureTopicAsync(string name, Func<int, bool>? quota = null)
    {
        // A topic can be seen before all that depends on it is there: who comes then waits with who has come first.
        if (creations.TryGetValue(name, out var creation))
            return await creation.Task.ConfigureAwait(false);
        if (cluster.Image.FindTopic(name) is not null)
            return ErrorCode.None;
        var own = new TaskCompletionSource<ErrorCode>();
        creation = creations.GetOrAdd(name, own);
        return creation == own ? await CreateDefaultAsync(name, own, quota).ConfigureAwait(false) : await creation.Task.ConfigureAwait(false);
    }

    public async Task<ErrorCode> DeleteTopicAsync(Uuid topicId, Func<int, bool>? quota = null)
    {
        var (error, planned) = await cluster.ChangeAsync<ErrorCode>(image => image.FindTopic(topicId) switch
        {
            null => ([], ErrorCode.UnknownTopicId),
            { } topic when quota?.Invoke(topic.Partitions.Count) == false => ([], ErrorCode.ThrottlingQuotaExceeded),
            _ => ([MetadataRecord.Of(new RemoveTopicRecord { TopicId = topicId })], ErrorCode.None),
        }).ConfigureAwait(false);
        return error == ErrorCode.None ? planned : error;
    }

    public async Task<(ErrorCode Error, string? Message)> CreatePartitionsAsync(CreatePartitionsRequest.CreatePartitionsTopic topic, bool validateOnly, Func<int, bool>? quota = null)
    {
        var (error, planned) = await cluster.ChangeAsync(image =>
        {
            var plan = new PartitionCreation(image, cluster.NodeIds).Create(topic);
            if (plan.Error == ErrorCode.None && quota?.Invoke(plan.Records.Count) == false)
                return ([], (ErrorCode.ThrottlingQuotaExceeded, ThrottlingQuotaExceeded));
            return (validateOnly ? [] : plan.Records, (plan.Error, plan.Message));
        }).ConfigureAwait(false);
        return error == ErrorCode.None ? planned : (error, null);
    }

    /// <summary>Hands out the next block of producer ids; on the log before anyone uses one of them.</summary>
    public Task<(ErrorCode Error, ProducerIdBlock Result)> AllocateProducerIdsAsync(int brokerId) => cluster.ChangeAsync<ProducerIdBlock>(image =>
    {
        var block = new ProducerIdBlock(image.NextProducerId, ProducerIdBlockSize);
        return ([MetadataRecord.Of(new ProducerIdsRecord { BrokerId = brokerId, NextProducerId = block.End })], block);
    });

    async Task<ErrorCode> CreateDefaultAsync(string name, TaskCompletionSource<ErrorCode> creation, Func<int, bool>? quota)
    {
        var error = ErrorCode.UnknownServerError;
        try
        {
            var plans = await CreateTopicsAsync([DefaultTopic(name)], validateOnly: false, quota).ConfigureAwait(false);
            return error = plans[0].Error == ErrorCode.TopicAlreadyExists ? ErrorCode.None : plans[0].Error;
        }
        finally
        {
            creations.TryRemove(name, out _);
            creation.SetResult(error);
        }
    }

    (IReadOnlyList<MetadataRecord> Records, List<TopicCreation.Plan> Plans) PlanAll(
        ClusterImage image, IReadOnlyList<CreateTopicsRequest.CreatableTopic> topics, bool validateOnly, Func<int, bool>? quota)
    {
        var records = new List<MetadataRecord>();
        var plans = new List<TopicCreation.Plan>(topics.Count);
        foreach (var topic in topics)
        {
            var plan = new TopicCreation(image, cluster.NodeIds, config.Current).Create(topic);
            if (plan.Topic is { } planned && quota?.Invoke(planned.Partitions.Count) == false)
                plan = TopicCreation.Plan.Failed(ErrorCode.ThrottlingQuotaExceeded, ThrottlingQuotaExceeded);
            plans.Add(plan);
            if (validateOnly)
                continue;
            records.AddRange(plan.Records);
            // The next topic of the request is judged as if this one existed: their names may collide.
            image = plan.Records.Aggregate(image, (current, record) => current.Replay(record));
        }

        return (records, plans);
    }

    CreateTopicsRequest.CreatableTopic DefaultTopic(string name) => name switch
    {
        InternalTopics.ConsumerOffsets => Internal(name, config.Current.OffsetsTopicNumPartitions, config.Current.OffsetsTopicReplicationFactor, new()
        {
            ["cleanup.policy"] = "compact",
            ["compression.type"] = "producer",
            ["segment.bytes"] = Text(config.Current.OffsetsTopicSegmentBytes),
        }),
        InternalTopics.TransactionState => Internal(name, config.Current.TransactionStateLogNumPartitions, config.Current.TransactionStateLogReplicationFactor, new()
        {
            ["cleanup.policy"] = "compact",
            ["compression.type"] = "uncompressed",
            ["min.insync.replicas"] = Text(Math.Min(config.Current.TransactionStateLogMinIsr, cluster.Nodes.Count)),
            ["segment.bytes"] = Text(config.Current.TransactionStateLogSegmentBytes),
            ["unclean.leader.election.enable"] = "false",
        }),
        _ => new() { Name = name, NumPartitions = TopicCreation.UseDefault, ReplicationFactor = TopicCreation.UseDefault },
    };

    /// <summary>A single node keeps its internal topics once, whatever factor was meant for a cluster.</summary>
    CreateTopicsRequest.CreatableTopic Internal(string name, int partitions, short replicationFactor, SortedDictionary<string, string> configs) => new()
    {
        Name = name,
        NumPartitions = partitions,
        ReplicationFactor = Math.Min(replicationFactor, (short)cluster.Nodes.Count),
        Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Key, Value = config.Value })],
    };

    static string Text(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
