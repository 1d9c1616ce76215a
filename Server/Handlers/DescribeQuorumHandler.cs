using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>DescribeQuorum v0-2 (KIP-836): the metadata log has one voter, which leads it and has all of it. Rights: DESCRIBE on the cluster.</summary>
public sealed class DescribeQuorumHandler(ClusterMetadata cluster, TimeProvider time) : IHandler<DescribeQuorumRequest, DescribeQuorumResponse>
{
    const short FirstVersionWithNodes = 2;

    public ValueTask<DescribeQuorumResponse?> HandleAsync(DescribeQuorumRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Describe))
            return new(new DescribeQuorumResponse { ErrorCode = ErrorCode.ClusterAuthorizationFailed, ErrorMessage = "Cluster authorization failed." });
        return new(IsOfMetadata(request) ? Describe(context) : Unknown(request));
    }

    static bool IsOfMetadata(DescribeQuorumRequest request) =>
        request.Topics is [{ TopicName: InternalTopics.ClusterMetadata, Partitions: [{ PartitionIndex: 0 }] }];

    DescribeQuorumResponse Describe(RequestContext context)
    {
        var image = cluster.Image;
        var leader = cluster.Nodes[0];
        var response = new DescribeQuorumResponse
        {
            Topics =
            [
                new()
                {
                    TopicName = InternalTopics.ClusterMetadata,
                    Partitions =
                    [
                        new()
                        {
                            LeaderId = leader.Id,
                            LeaderEpoch = image.Epoch,
                            HighWatermark = image.Offset + 1,
                            CurrentVoters = [Voter(image, leader)],
                        },
                    ],
                },
            ],
        };
        if (context.ApiVersion >= FirstVersionWithNodes)
            response.Nodes = [new() { NodeId = leader.Id, Listeners = ListenersOf(leader, context) }];
        return response;
    }

    DescribeQuorumResponse.ReplicaState Voter(ClusterImage image, Node leader)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new()
        {
            ReplicaId = leader.Id,
            ReplicaDirectoryId = image.Quorum.ReadVoters().FirstOrDefault(voter => voter.VoterId == leader.Id).VoterDirectoryId,
            LogEndOffset = image.Offset + 1,
            LastFetchTimestamp = now,
            LastCaughtUpTimestamp = now,
        };
    }

    /// <summary>There is no listener for controllers alone: what is asked of one is served where this request came in.</summary>
    static List<DescribeQuorumResponse.Listener> ListenersOf(Node node, RequestContext context) => context.EndpointOf(node) is { } endpoint
        ? [new() { Name = endpoint.ListenerName, Host = context.HostOf(endpoint), Port = (ushort)endpoint.Port }]
        : [];

    static DescribeQuorumResponse Unknown(DescribeQuorumRequest request) => new()
    {
        Topics = request.Topics.ConvertAll(topic => new DescribeQuorumResponse.TopicData
        {
            TopicName = topic.TopicName,
            Partitions = topic.Partitions.ConvertAll(partition => new DescribeQuorumResponse.PartitionData
            {
                PartitionIndex = partition.PartitionIndex,
                ErrorCode = ErrorCode.UnknownTopicOrPartition,
                ErrorMessage = "This server does not host this topic-partition.",
            }),
        }),
    };
}
