using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>Ends transactions in partitions.</summary>
/// <param name="partitions">The partitions of this process.</param>
/// <param name="endInGroups">Ends one in a partition of <c>__consumer_offsets</c>, where it is the group coordinator's to do.</param>
/// <param name="time">The clock.</param>
public sealed class TransactionMarkers(PartitionTable partitions, Func<int, TxnMarkerEntry, Task<ErrorCode>> endInGroups, TimeProvider time)
{
    const short AllReplicas = -1;

    /// <summary>Ends a decided transaction in one partition, if anything of it is open there.</summary>
    public async Task<ErrorCode> EndAsync(TopicPartition id, TxnMarkerEntry marker)
    {
        var error = await WriteAsync(id, marker).ConfigureAwait(false);
        // The producer has gone on there outside of a transaction: there is nothing that waits for the marker.
        var isNothingOpen = error == ErrorCode.InvalidProducerEpoch && partitions.Find(id)?.Log.Producers.HasOpenTransaction(marker.Producer.ProducerId) == false;
        return isNothingOpen ? ErrorCode.None : error;
    }

    /// <summary>Writes a marker into one partition; answers when it is as durable as the topic asks for.</summary>
    public async Task<ErrorCode> WriteAsync(TopicPartition id, TxnMarkerEntry marker)
    {
        if (id.Topic == InternalTopics.ConsumerOffsets)
            return await endInGroups(id.Partition, marker).ConfigureAwait(false);
        if (partitions.Find(id) is not { } partition)
            return ErrorCode.UnknownTopicOrPartition;
        var batch = marker.ToBatch(time.GetUtcNow().ToUnixTimeMilliseconds());
        var info = await partition.AppendAsync(Codec.Wire.Records.View(batch), AllReplicas, AppendOrigin.Coordinator, new(null, marker.TransactionVersion)).ConfigureAwait(false);
        return info.Error;
    }
}
