using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// Metadata v0-13. Topics that are created automatically exist before the answer: clients that do not retry UNKNOWN_TOPIC_OR_PARTITION depend on it, though
/// Kafka itself creates them afterwards. A partition whose data directory is offline has no leader.
/// </summary>
public sealed class MetadataHandler(ClusterMetadata cluster, Controller controller, PartitionTable partitions, ClientQuotas quotas, BrokerConfig config) : IHandler<MetadataRequest, MetadataResponse>
{
    const short FirstVersionWithNullForAll = 1;
    const short FirstVersionWithTopicIds = 12;
    const short FirstVersionWithListenerNotFound = 6;

    public async ValueTask<MetadataResponse?> HandleAsync(MetadataRequest request, RequestContext context)
    {
        var response = new MetadataResponse
        {
            Brokers = Brokers(context),
            ClusterId = cluster.ClusterId,
            ControllerId = cluster.ControllerId,
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? AuthorizedOperations.OfCluster(context) : AuthorizedOperations.Omitted,
        };
        if (IsForAll(request, context))
        {
            foreach (var topic in cluster.Image.TopicsByName.Values)
            {
                if (MayDescribe(topic.Name, context, logIfDenied: false))
                    response.Topics.Add(Describe(topic, request, context));
            }

            return response;
        }

        foreach (var wanted in request.Topics ?? [])
            response.Topics.Add(await DescribeAsync(wanted, request, context));
        return response;
    }

    static bool IsForAll(MetadataRequest request, RequestContext context) =>
        request.Topics is null || (request.Topics.Count == 0 && context.ApiVersion < FirstVersionWithNullForAll);

    async ValueTask<MetadataResponse.MetadataResponseTopic> DescribeAsync(MetadataRequest.MetadataRequestTopic wanted, MetadataRequest request, RequestContext context)
    {
        var isById = !wanted.TopicId.IsZero;
        if (wanted.Name is null && !isById || isById && context.ApiVersion < FirstVersionWithTopicIds)
            return Failed(wanted, ErrorCode.InvalidRequest);
        if (isById)
            return DescribeById(wanted, request, context);

        var name = wanted.Name!;
        // Whether it exists is not told, so it is not even looked for.
        if (!MayDescribe(name, context))
            return Failed(wanted, ErrorCode.TopicAuthorizationFailed);
        if (cluster.Image.FindTopic(name) is { } topic)
            return Describe(topic, request, context);
        var isToBeCreated = request.AllowAutoTopicCreation && config.AutoCreateTopicsEnable;
        if (isToBeCreated && !context.IsAuthorizedOnCluster(AclOperation.Create, logIfDenied: false) && !context.IsAuthorized(AclOperation.Create, ResourceType.Topic, name))
            return Failed(wanted, ErrorCode.TopicAuthorizationFailed);
        if (!TopicName.IsValid(name, out _))
            return Failed(wanted, ErrorCode.InvalidTopicException);
        if (!isToBeCreated)
            return Failed(wanted, ErrorCode.UnknownTopicOrPartition);

        var quota = quotas.ControllerMutation.Find(context.Principal.Name, context.Header.ClientId, isStrict: true);
        var error = await controller.EnsureTopicAsync(name, quota is null ? null : quota.TryRecord);
        // A client asks again for a topic that it does not know yet; of the quota's error it would not know what to do.
        if (error == ErrorCode.ThrottlingQuotaExceeded)
            return Failed(wanted, ErrorCode.UnknownTopicOrPartition);
        if (error != ErrorCode.None)
            return Failed(wanted, error);
        return cluster.Image.FindTopic(name) is { } created ? Describe(created, request, context) : Failed(wanted, ErrorCode.UnknownTopicOrPartition);
    }

    /// <summary>An id that a client knows already tells nothing; the name that belongs to it does.</summary>
    MetadataResponse.MetadataResponseTopic DescribeById(MetadataRequest.MetadataRequestTopic wanted, MetadataRequest request, RequestContext context)
    {
        if (cluster.Image.FindTopic(wanted.TopicId) is not { } topic)
            return Failed(wanted, ErrorCode.UnknownTopicId) with { Name = null };
        return MayDescribe(topic.Name, context) ? Describe(topic, request, context) : Failed(wanted, ErrorCode.TopicAuthorizationFailed) with { Name = null };
    }

    static bool MayDescribe(string topic, RequestContext context, bool logIfDenied = true) =>
        context.IsAuthorized(AclOperation.Describe, ResourceType.Topic, topic, logIfDenied: logIfDenied);

    List<MetadataResponse.MetadataResponseBroker> Brokers(RequestContext context)
    {
        var brokers = new List<MetadataResponse.MetadataResponseBroker>(cluster.Nodes.Count);
        foreach (var node in cluster.Nodes)
        {
            if (context.EndpointOf(node) is { } endpoint)
                brokers.Add(new() { NodeId = node.Id, Host = context.HostOf(endpoint), Port = endpoint.Port, Rack = node.Rack });
        }

        return brokers;
    }

    MetadataResponse.MetadataResponseTopic Describe(TopicImage topic, MetadataRequest request, RequestContext context)
    {
        var described = new List<MetadataResponse.MetadataResponsePartition>(topic.Partitions.Count);
        foreach (var partition in topic.Partitions.Values)
            described.Add(Describe(new(topic.Name, partition.PartitionId), partition, context));
        return new()
        {
            Name = topic.Name,
            TopicId = topic.Id,
            IsInternal = topic.IsInternal,
            Partitions = described,
            TopicAuthorizedOperations = request.IncludeTopicAuthorizedOperations ? AuthorizedOperations.OfTopic(context, topic.Name) : AuthorizedOperations.Omitted,
        };
    }

    MetadataResponse.MetadataResponsePartition Describe(TopicPartition id, PartitionRegistration partition, RequestContext context)
    {
        var isOffline = partitions.IsOffline(id);
        var leader = isOffline ? null : cluster.FindNode(partition.Leader);
        var isReachable = leader is not null && context.EndpointOf(leader) is not null;
        return new()
        {
            ErrorCode = isReachable ? ErrorCode.None : MissingLeader(leader, context),
            PartitionIndex = partition.PartitionId,
            LeaderId = isReachable ? partition.Leader : PartitionRegistration.NoLeader,
            LeaderEpoch = partition.LeaderEpoch,
            ReplicaNodes = [.. partition.Replicas],
            IsrNodes = [.. partition.Isr],
            OfflineReplicas = isOffline ? [.. partition.Replicas] : Offline(partition.Replicas),
        };
    }

    static ErrorCode MissingLeader(Node? leader, RequestContext context) =>
        leader is not null && context.ApiVersion >= FirstVersionWithListenerNotFound ? ErrorCode.ListenerNotFound : ErrorCode.LeaderNotAvailable;

    List<int> Offline(ImmutableArray<int> replicas)
    {
        List<int> offline = [];
        foreach (var replica in replicas)
        {
            if (cluster.FindNode(replica) is null)
                offline.Add(replica);
        }

        return offline;
    }

    static MetadataResponse.MetadataResponseTopic Failed(MetadataRequest.MetadataRequestTopic wanted, ErrorCode error) => new()
    {
        ErrorCode = error,
        Name = wanted.Name ?? "",
        TopicId = wanted.TopicId,
    };
}
