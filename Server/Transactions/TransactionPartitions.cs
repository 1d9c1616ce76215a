using System.Collections.Immutable;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>Which partitions belong to a transaction: asked for by clients and, before a first append, by the partitions themselves (KIP-890).</summary>
public sealed class TransactionPartitions(CoordinatorContext context, TransactionTable table)
{
    /// <summary>Adds all of the partitions, or none; the first begins the transaction.</summary>
    public ErrorCode Add(string transactionalId, ProducerIdAndEpoch producer, IReadOnlyCollection<TopicPartition> partitions)
    {
        if (!table.TryFind(transactionalId, producer, out var metadata, out var error))
            return error;
        if (metadata.State == TransactionState.Ongoing && partitions.All(metadata.Partitions.Contains))
            return ErrorCode.None;
        var updated = metadata.WithPartitions(partitions, context.NowMs);
        table.CheckEnd(updated);
        table.Update(updated);
        return ErrorCode.None;
    }

    /// <summary>Tells of each partition whether it belongs to the producer's transaction, and changes nothing.</summary>
    public IReadOnlyDictionary<TopicPartition, ErrorCode> Verify(string transactionalId, ProducerIdAndEpoch producer, IReadOnlyCollection<TopicPartition> partitions)
    {
        if (!table.TryFind(transactionalId, producer, out var metadata, out var error))
            return partitions.ToImmutableDictionary(partition => partition, _ => error);
        return partitions.ToImmutableDictionary(partition => partition, partition => metadata.Partitions.Contains(partition) ? ErrorCode.None : ErrorCode.TransactionAbortable);
    }
}
