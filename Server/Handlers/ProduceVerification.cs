using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// Makes sure that the partitions of a transactional produce request belong to the producer's transaction (KIP-890): the coordinator is asked once for all that the
/// transaction has not written to yet. From v12 on it adds them; below, the producer has to have done that.
/// </summary>
sealed class ProduceVerification(ClusterMetadata cluster, PartitionTable partitions, TransactionVerification verification)
{
    /// <summary>The first version of clients that keep to transaction version 2.</summary>
    public const short FirstVersionThatAdds = 12;

    public static bool IsNeeded(ProduceRequest request)
    {
        foreach (var topic in request.TopicData)
        {
            foreach (var partition in topic.PartitionData)
            {
                if (TryTakeBatch(partition.Records, out var batch) && batch.IsTransactional)
                    return true;
            }
        }

        return false;
    }

    public async ValueTask<PartitionVerifications> VerifyAsync(ProduceRequest request, RequestContext context)
    {
        if (request.TransactionalId is not { } transactionalId || !context.IsAuthorized(AclOperation.Write, ResourceType.TransactionalId, transactionalId))
            return PartitionVerifications.Refused(ErrorCode.TransactionalIdAuthorizationFailed);
        var batches = BatchesOf(request, context);
        if (batches.Select(batch => batch.Producer).Distinct().Count() > 1)
            return PartitionVerifications.Refused(ErrorCode.InvalidProducerIdMapping, "Transactional records contained more than one producer ID");
        if (batches.Count == 0)
            return PartitionVerifications.NotNeeded;
        var adds = context.ApiVersion >= FirstVersionThatAdds;
        var (guards, errors) = await verification.VerifyAsync(transactionalId, batches[0].Producer, () => StartVerifications(batches, adds, context), adds);
        return new(guards, errors.ToDictionary(asked => asked.Key, asked => VerificationErrors.For(asked.Value, context.ApiVersion)));
    }

    /// <summary>Partitions that cannot be written to here are left to say so themselves.</summary>
    Dictionary<TopicPartition, VerificationGuard> StartVerifications(List<TransactionalBatch> batches, bool adds, RequestContext context)
    {
        var guards = new Dictionary<TopicPartition, VerificationGuard>(batches.Count);
        foreach (var (id, producer, baseSequence) in batches)
        {
            if (partitions.TryFindLeader(id.Topic, id.Partition, context.Node, out var partition, out _)
                && partition.StartTransactionVerification(producer, baseSequence, supportsEpochBump: adds) is { } guard)
                guards[id] = guard;
        }

        return guards;
    }

    List<TransactionalBatch> BatchesOf(ProduceRequest request, RequestContext context)
    {
        var batches = new List<TransactionalBatch>();
        foreach (var topic in request.TopicData)
        {
            // What may not be written to is not added to the transaction; the append says so.
            if (ProduceHandler.NameOf(topic, cluster, context) is not { } name || !context.IsAuthorized(AclOperation.Write, ResourceType.Topic, name, logIfDenied: false))
                continue;
            foreach (var partition in topic.PartitionData)
            {
                if (TryTakeBatch(partition.Records, out var batch) && batch.IsTransactional && batch.HasProducerId)
                    batches.Add(new(new(name, partition.Index), new(batch.ProducerId, batch.ProducerEpoch), batch.BaseSequence));
            }
        }

        return batches;
    }

    /// <summary>The one batch of a partition; what is none is refused when it is to be appended.</summary>
    static bool TryTakeBatch(Records? records, out RecordBatch batch)
    {
        batch = default;
        if (records is null)
            return false;
        var bytes = records.Span;
        return ShallowBatch.HasWhole(bytes) && bytes[RecordBatch.MagicPosition] == RecordBatch.CurrentMagic && RecordBatch.TryTakeFirst(ref bytes, out batch);
    }

    readonly record struct TransactionalBatch(TopicPartition Partition, ProducerIdAndEpoch Producer, int BaseSequence);
}
