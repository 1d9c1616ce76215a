using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>Puts what the partitions gave into a response; in an incremental session only what is news. Takes over the records.</summary>
sealed class FetchResponseBuilder(ClusterMetadata cluster, RequestContext context)
{
    const short FirstVersionWithStorageError = 6;
    const short FirstVersionWithEndpoints = 16;

    public FetchResponse Build(FetchContext fetch, List<FetchRead> reads)
    {
        lock (fetch.Gate)
            return BuildLocked(fetch, reads);
    }

    /// <summary>The response of a fetch whose records have to wait: the session is as it was.</summary>
    public static FetchResponse Empty(FetchContext fetch, List<FetchRead> reads)
    {
        FetchReader.Release(reads);
        lock (fetch.Gate)
        {
            var (error, sessionId) = fetch.CompleteEmpty();
            return new() { ErrorCode = error, SessionId = sessionId };
        }
    }

    FetchResponse BuildLocked(FetchContext fetch, List<FetchRead> reads)
    {
        var (error, sessionId) = fetch.Complete();
        var response = new FetchResponse { ErrorCode = error, SessionId = sessionId };
        if (error != ErrorCode.None)
        {
            FetchReader.Release(reads);
            return response;
        }

        foreach (var read in reads)
        {
            var hasRecords = read.Data.Records.SizeInBytes > 0;
            var bounds = read.Data.Bounds;
            var isNews = read.Wanted.Answer(bounds.HighWatermark, bounds.LogStartOffset, hasRecords, read.Error, read.IsNotice);
            if (fetch.IsIncremental && !isNews)
                continue;
            Add(response, read);
            if (hasRecords)
                fetch.Served(read.Wanted);
        }

        return response;
    }

    void Add(FetchResponse response, FetchRead read)
    {
        var key = read.Wanted.Key;
        var topics = response.Responses;
        if (topics.Count == 0 || topics[^1].TopicId != key.TopicId || topics[^1].Topic != key.Topic)
            topics.Add(new() { Topic = key.Topic, TopicId = key.TopicId });
        topics[^1].Partitions.Add(Describe(response, read));
    }

    FetchResponse.PartitionData Describe(FetchResponse response, FetchRead read)
    {
        var bounds = read.Data.Bounds;
        var data = new FetchResponse.PartitionData
        {
            PartitionIndex = read.Wanted.Key.Partition,
            ErrorCode = Known(read.Error),
            HighWatermark = bounds.HighWatermark,
            LastStableOffset = bounds.LastStableOffset,
            LogStartOffset = bounds.LogStartOffset,
            AbortedTransactions = Aborted(read.Data.AbortedTransactions),
            Records = read.Data.Records,
        };
        if (read.PreferredReadReplica is { } replica)
            data.PreferredReadReplica = replica;
        if (read.DivergingEpoch is { } diverging)
            data.DivergingEpoch = new() { Epoch = diverging.Epoch, EndOffset = diverging.EndOffset };
        if (context.ApiVersion >= FirstVersionWithEndpoints && LeaderHint.Helps(read.Error) && read.Partition is { } partition)
            data.CurrentLeader = HintAt(response, partition);
        return data;
    }

    /// <summary>A client that does not know the storage error looks for another leader, as one that knows it does.</summary>
    ErrorCode Known(ErrorCode error) => error == ErrorCode.KafkaStorageError && context.ApiVersion < FirstVersionWithStorageError ? ErrorCode.NotLeaderOrFollower : error;

    FetchResponse.LeaderIdAndEpoch HintAt(FetchResponse response, Partition partition)
    {
        var registration = partition.Registration;
        var leader = cluster.FindNode(registration.Leader);
        if (leader is not null && context.EndpointOf(leader) is { } endpoint && !response.NodeEndpoints.Exists(known => known.NodeId == leader.Id))
        {
            response.NodeEndpoints.Add(new()
            {
                NodeId = leader.Id,
                Host = context.HostOf(endpoint),
                Port = endpoint.Port,
                Rack = leader.Rack,
            });
        }

        return new() { LeaderId = registration.Leader, LeaderEpoch = registration.LeaderEpoch };
    }

    static List<FetchResponse.AbortedTransaction>? Aborted(IReadOnlyList<AbortedTransaction>? aborted) =>
        aborted is null ? null : [.. aborted.Select(transaction => new FetchResponse.AbortedTransaction { ProducerId = transaction.ProducerId, FirstOffset = transaction.FirstOffset })];
}
