using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// ListOffsets v0-11: by time, or one of the special timestamps. Nothing is tiered, so the earliest local offset is the log start and there is neither a
/// latest tiered nor an earliest pending one. Version 0 answers offsets where segments begin.
/// </summary>
public sealed class ListOffsetsHandler(PartitionTable partitions, TimeProvider time) : IHandler<ListOffsetsRequest, ListOffsetsResponse>
{
    public const long Latest = -1;
    public const long Earliest = -2;
    public const long MaxTimestamp = -3;
    public const long EarliestLocal = -4;
    public const long LatestTiered = -5;
    public const long EarliestPendingUpload = -6;

    const short FirstVersionWithLeaderEpoch = 4;
    const sbyte ReadCommitted = 1;
    const int DebuggingReplica = -2;

    static readonly ListOffsetsResponse.ListOffsetsPartitionResponse notFound = new();

    public async ValueTask<ListOffsetsResponse?> HandleAsync(ListOffsetsRequest request, RequestContext context)
    {
        var duplicates = request.Topics.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.PartitionIndex)))
            .GroupBy(partition => partition).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();
        var response = new ListOffsetsResponse();
        foreach (var topic in request.Topics)
        {
            var mayDescribe = context.IsAuthorized(AclOperation.Describe, ResourceType.Topic, topic.Name);
            var results = new List<ListOffsetsResponse.ListOffsetsPartitionResponse>(topic.Partitions.Count);
            foreach (var partition in topic.Partitions)
            {
                if (!mayDescribe)
                    results.Add(Failed(partition, ErrorCode.TopicAuthorizationFailed));
                else if (duplicates.Contains(new(topic.Name, partition.PartitionIndex)))
                    results.Add(Failed(partition, ErrorCode.InvalidRequest));
                else
                    results.Add(await FindAsync(topic.Name, partition, request, context));
            }

            response.Topics.Add(new() { Name = topic.Name, Partitions = results });
        }

        return response;
    }

    async ValueTask<ListOffsetsResponse.ListOffsetsPartitionResponse> FindAsync(
        string topic, ListOffsetsRequest.ListOffsetsPartition wanted, ListOffsetsRequest request, RequestContext context)
    {
        if (context.InterceptPartition(topic, wanted.PartitionIndex) is { } intercepted)
            return Failed(wanted, intercepted);
        if (!IsKnown(wanted.Timestamp, context.ApiVersion))
            return Failed(wanted, ErrorCode.UnsupportedVersion);
        if (!partitions.TryFindLeader(topic, wanted.PartitionIndex, context.Node, out var partition, out var error)
            && !(error == ErrorCode.NotLeaderOrFollower && request.ReplicaId == DebuggingReplica))
            return Failed(wanted, error);
        if (partition!.CheckLeaderEpoch(wanted.CurrentLeaderEpoch) is not ErrorCode.None and var fenced)
            return Failed(wanted, fenced);
        if (partition.Log.Directory.IsOffline)
            return Failed(wanted, ErrorCode.KafkaStorageError);

        var limit = request.IsolationLevel == ReadCommitted ? partition.Bounds.LastStableOffset : partition.Bounds.HighWatermark;
        if (context.ApiVersion == 0)
            return new() { PartitionIndex = wanted.PartitionIndex, OldStyleOffsets = OldStyleOffsets(partition, wanted, limit) };
        var found = await FindAsync(partition, wanted.Timestamp, limit);
        return found with
        {
            PartitionIndex = wanted.PartitionIndex,
            LeaderEpoch = context.ApiVersion >= FirstVersionWithLeaderEpoch ? found.LeaderEpoch : notFound.LeaderEpoch,
        };
    }

    static async ValueTask<ListOffsetsResponse.ListOffsetsPartitionResponse> FindAsync(Partition partition, long timestamp, long limit)
    {
        switch (timestamp)
        {
            case Latest:
                return new() { Offset = limit, LeaderEpoch = partition.Registration.LeaderEpoch };
            case Earliest or EarliestLocal:
                var logStartOffset = partition.Bounds.LogStartOffset;
                return new() { Offset = logStartOffset, LeaderEpoch = partition.Log.EpochForOffset(logStartOffset) ?? partition.Registration.LeaderEpoch };
            case LatestTiered or EarliestPendingUpload:
                return notFound;
        }

        var (error, found) = await partition.AskLogAsync(log => timestamp == MaxTimestamp ? log.FindMaxTimestampAsync() : log.FindOffsetByTimestampAsync(timestamp));
        if (error != ErrorCode.None)
            return new() { ErrorCode = error };
        return found is { } record && record.Offset < limit
            ? new() { Timestamp = record.Timestamp, Offset = record.Offset, LeaderEpoch = record.LeaderEpoch }
            : notFound;
    }

    /// <summary>
    /// Newest first: the high watermark, as old as now, and where the segments begin, as old as their latest record; from the newest on that is not newer than the
    /// timestamp. An empty last segment begins at the high watermark already.
    /// </summary>
    List<long> OldStyleOffsets(Partition partition, ListOffsetsRequest.ListOffsetsPartition wanted, long limit)
    {
        List<(long Offset, long Time)> offsets = [.. partition.Log.SegmentStarts().Where(start => start.Offset <= limit)];
        if (offsets.Count == 0 || offsets[^1].Offset < limit)
            offsets.Add((limit, time.GetUtcNow().ToUnixTimeMilliseconds()));
        var newest = wanted.Timestamp switch
        {
            Latest => offsets.Count - 1,
            Earliest => 0,
            _ => offsets.FindLastIndex(offset => offset.Time <= wanted.Timestamp),
        };
        return [.. offsets.Take(newest + 1).Reverse().Take(wanted.MaxNumOffsets).Select(offset => offset.Offset)];
    }

    static bool IsKnown(long timestamp, short version) => timestamp switch
    {
        >= Earliest => true,
        MaxTimestamp => version >= 7,
        EarliestLocal => version >= 8,
        LatestTiered => version >= 9,
        EarliestPendingUpload => version >= 11,
        _ => false,
    };

    static ListOffsetsResponse.ListOffsetsPartitionResponse Failed(ListOffsetsRequest.ListOffsetsPartition wanted, ErrorCode error) => new()
    {
        PartitionIndex = wanted.PartitionIndex,
        ErrorCode = error,
    };
}
