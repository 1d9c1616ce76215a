using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// WriteTxnMarkers v0-2. Ends transactions in partitions, as another broker's transaction coordinator or an administrator asks for it. Below version 2 markers are of
/// transaction version 0. What comes of several markers of one producer is told together.
/// </summary>
public sealed class WriteTxnMarkersHandler(PartitionTable partitions, TransactionMarkers transactionMarkers) : IHandler<WriteTxnMarkersRequest, WriteTxnMarkersResponse>
{
    public async ValueTask<WriteTxnMarkersResponse?> HandleAsync(WriteTxnMarkersRequest request, RequestContext context)
    {
        var isAuthorized = context.IsAuthorizedOnCluster(AclOperation.Alter, logIfDenied: false) || context.IsAuthorizedOnCluster(AclOperation.ClusterAction);
        // All of them are started in order before any is awaited, so that they share a flush.
        var writes = new List<(long ProducerId, TopicPartition Partition, Task<ErrorCode> Write)>();
        foreach (var marker in request.Markers)
        {
            var entry = new TxnMarkerEntry(new(marker.ProducerId, marker.ProducerEpoch), marker.TransactionResult, marker.CoordinatorEpoch, marker.TransactionVersion);
            foreach (var id in PartitionsOf(marker))
                writes.Add((marker.ProducerId, id, isAuthorized ? WriteAsync(id, entry, context) : Task.FromResult(ErrorCode.ClusterAuthorizationFailed)));
        }

        await Task.WhenAll(writes.ConvertAll(write => write.Write));
        var errors = new Dictionary<long, Dictionary<TopicPartition, ErrorCode>>();
        foreach (var marker in request.Markers)
            errors.TryAdd(marker.ProducerId, []);
        foreach (var (producerId, partition, write) in writes)
            errors[producerId][partition] = await write;
        return new() { Markers = [.. errors.Select(ofProducer => ResultOf(ofProducer.Key, ofProducer.Value))] };
    }

    async Task<ErrorCode> WriteAsync(TopicPartition id, TxnMarkerEntry marker, RequestContext context)
    {
        if (context.InterceptPartition(id.Topic, id.Partition) is { } intercepted)
            return intercepted;
        if (!partitions.TryFindLeader(id.Topic, id.Partition, context.Node, out _, out var error))
            return error;
        return await transactionMarkers.WriteAsync(id, marker) switch
        {
            // Of a group coordinator that is not ready; a transaction coordinator does not know these.
            ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress or ErrorCode.NotCoordinator => ErrorCode.NotLeaderOrFollower,
            var written => written,
        };
    }

    static IEnumerable<TopicPartition> PartitionsOf(WriteTxnMarkersRequest.WritableTxnMarker marker) =>
        marker.Topics.SelectMany(topic => topic.PartitionIndexes, (topic, partition) => new TopicPartition(topic.Name, partition)).Distinct();

    static WriteTxnMarkersResponse.WritableTxnMarkerResult ResultOf(long producerId, Dictionary<TopicPartition, ErrorCode> errors) => new()
    {
        ProducerId = producerId,
        Topics =
        [
            .. from partition in errors
               group partition by partition.Key.Topic into topic
               select new WriteTxnMarkersResponse.WritableTxnMarkerTopicResult
               {
                   Name = topic.Key,
                   Partitions =
                   [
                       .. topic.Select(partition => new WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult
                       {
                           PartitionIndex = partition.Key.Partition,
                           ErrorCode = partition.Value,
                       }),
                   ],
               },
        ],
    };
}
