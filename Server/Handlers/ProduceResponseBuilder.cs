using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>What became of each partition of a produce request, as the response tells it.</summary>
sealed class ProduceResponseBuilder(ClusterMetadata cluster, RequestContext context)
{
    const short FirstVersionWithStorageError = 4;
    const short FirstVersionWithLeaderHints = 10;
    const long Unknown = -1;

    readonly List<ProduceResponse.NodeEndpoint> endpoints = [];

    public ProduceResponse Build(ProduceRequest request, ProduceResponse.PartitionProduceResponse[] results)
    {
        var next = 0;
        var response = new ProduceResponse { NodeEndpoints = endpoints };
        foreach (var topic in request.TopicData)
        {
            response.Responses.Add(new()
            {
                Name = topic.Name,
                TopicId = topic.TopicId,
                PartitionResponses = topic.PartitionData.ConvertAll(_ => Known(results[next++])),
            });
        }

        return response;
    }

    public static ProduceResponse.PartitionProduceResponse Appended(int index, LogAppendInfo info, bool isLogAppendTime) => new()
    {
        Index = index,
        BaseOffset = info.BaseOffset,
        LogAppendTimeMs = isLogAppendTime ? info.LogAppendTimeMs : Unknown,
        LogStartOffset = info.LogStartOffset,
    };

    public static ProduceResponse.PartitionProduceResponse NothingAppended(int index, long logStartOffset) => new()
    {
        Index = index,
        BaseOffset = Unknown,
        LogStartOffset = logStartOffset,
    };

    public static ProduceResponse.PartitionProduceResponse Failed(int index, ErrorCode error, string? message = null) => new()
    {
        Index = index,
        ErrorCode = error,
        ErrorMessage = message,
        BaseOffset = Unknown,
    };

    public static ProduceResponse.PartitionProduceResponse Failed(int index, LogValidationResult refused) => Failed(index, refused.Error, refused.ErrorMessage) with
    {
        RecordErrors =
        [
            .. refused.RecordErrors.Select(error => new ProduceResponse.BatchIndexAndErrorMessage
            {
                BatchIndex = error.BatchIndex,
                BatchIndexErrorMessage = error.Message,
            }),
        ],
    };

    /// <summary>Another node leads: the client is told which, so that it need not ask for metadata first (KIP-951).</summary>
    public ProduceResponse.PartitionProduceResponse NotLed(int index, ErrorCode error, Partition partition)
    {
        var failed = Failed(index, error);
        if (context.ApiVersion < FirstVersionWithLeaderHints)
            return failed;
        var registration = partition.Registration;
        failed.CurrentLeader = new() { LeaderId = registration.Leader, LeaderEpoch = registration.LeaderEpoch };
        if (cluster.FindNode(registration.Leader) is { } leader && context.EndpointOf(leader) is { } endpoint && !endpoints.Exists(known => known.NodeId == leader.Id))
            endpoints.Add(new() { NodeId = leader.Id, Host = context.HostOf(endpoint), Port = endpoint.Port, Rack = leader.Rack });
        return failed;
    }

    /// <summary>A client that does not know the storage error looks for another leader, as one that knows it does.</summary>
    ProduceResponse.PartitionProduceResponse Known(ProduceResponse.PartitionProduceResponse result) =>
        result.ErrorCode == ErrorCode.KafkaStorageError && context.ApiVersion < FirstVersionWithStorageError ? result with { ErrorCode = ErrorCode.NotLeaderOrFollower } : result;
}
