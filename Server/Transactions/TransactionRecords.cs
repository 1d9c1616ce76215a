using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>Transactional ids as records of <c>__transaction_state</c>.</summary>
static class TransactionRecords
{
    /// <summary>The first version with tagged fields, which <c>transaction.version</c> 1 brings.</summary>
    const short FlexibleVersion = 1;

    public static CoordinatorRecord Of(TransactionMetadata metadata, short transactionVersion)
    {
        var value = ValueOf(metadata);
        if (transactionVersion >= FlexibleVersion)
            AddTagged(value, metadata);
        return CoordinatorRecord.Of(
            TransactionLogKey.RecordType, new TransactionLogKey { TransactionalId = metadata.TransactionalId }, value, Math.Min(transactionVersion, FlexibleVersion));
    }

    public static CoordinatorRecord Tombstone(string transactionalId) =>
        CoordinatorRecord.Tombstone(TransactionLogKey.RecordType, new TransactionLogKey { TransactionalId = transactionalId });

    public static TransactionMetadata MetadataOf(string transactionalId, TransactionLogValue value) => new()
    {
        TransactionalId = transactionalId,
        Producer = new(value.ProducerId, value.ProducerEpoch),
        PreviousProducerId = value.PreviousProducerId,
        NextProducerId = value.NextProducerId,
        TimeoutMs = value.TransactionTimeoutMs,
        State = StateOf(value.TransactionStatus),
        Partitions = [.. from topic in value.TransactionPartitions ?? [] from partition in topic.PartitionIds select new TopicPartition(topic.Topic, partition)],
        StartTimestampMs = value.TransactionStartTimestampMs,
        LastUpdateTimestampMs = value.TransactionLastUpdateTimestampMs,
        ClientTransactionVersion = value.ClientTransactionVersion,
    };

    static TransactionLogValue ValueOf(TransactionMetadata metadata) => new()
    {
        ProducerId = metadata.Producer.ProducerId,
        ProducerEpoch = metadata.Producer.Epoch,
        TransactionTimeoutMs = metadata.TimeoutMs,
        TransactionStatus = (sbyte)metadata.State,
        TransactionPartitions = metadata.State == TransactionState.Empty ? null : PartitionsOf(metadata),
        TransactionLastUpdateTimestampMs = metadata.LastUpdateTimestampMs,
        TransactionStartTimestampMs = metadata.StartTimestampMs,
    };

    static void AddTagged(TransactionLogValue value, TransactionMetadata metadata)
    {
        value.PreviousProducerId = IsRotating(metadata) ? metadata.PreviousProducerId : RecordBatch.NoProducerId;
        value.NextProducerId = metadata.NextProducerId;
        value.ClientTransactionVersion = metadata.ClientTransactionVersion;
    }

    /// <summary>Only where a client may come with the id before, which is rare: otherwise the records are Kafka's byte for byte.</summary>
    static bool IsRotating(TransactionMetadata metadata) => metadata.PreviousProducerId != metadata.Producer.ProducerId;

    static List<TransactionLogValue.PartitionsSchema> PartitionsOf(TransactionMetadata metadata) =>
    [
        .. from partition in metadata.Partitions
           group partition.Partition by partition.Topic into topic
           orderby topic.Key
           select new TransactionLogValue.PartitionsSchema { Topic = topic.Key, PartitionIds = [.. topic.Order()] },
    ];

    static TransactionState StateOf(sbyte status) => (TransactionState)status is >= TransactionState.Empty and <= TransactionState.CompleteAbort and var state
        ? state
        : throw new ProtocolException($"TransactionLogValue of status {status}");
}
