using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>The transactional ids of one shard.</summary>
public sealed class TransactionTable(CoordinatorContext context)
{
    readonly Dictionary<string, TransactionMetadata> transactions = new(StringComparer.Ordinal);

    public IReadOnlyCollection<TransactionMetadata> All => transactions.Values;

    /// <summary>The finalised <c>transaction.version</c>.</summary>
    public short TransactionVersion => context.Image.Features.GetValueOrDefault(Features.TransactionVersion);

    public TransactionMetadata? Find(string transactionalId) => transactions.GetValueOrDefault(transactionalId);

    /// <summary>Finds the transactional id of a producer; false with the error where it is not that producer's now.</summary>
    public bool TryFind(string transactionalId, ProducerIdAndEpoch producer, [NotNullWhen(true)] out TransactionMetadata? metadata, out ErrorCode error)
    {
        metadata = Find(transactionalId);
        error = metadata switch
        {
            null => ErrorCode.InvalidProducerIdMapping,
            _ when metadata.IsNext(producer.ProducerId) => ErrorCode.ConcurrentTransactions,
            _ when metadata.Producer.ProducerId != producer.ProducerId => ErrorCode.InvalidProducerIdMapping,
            _ when metadata.Producer.Epoch != producer.Epoch => ErrorCode.ProducerFenced,
            { State: var state } when state.IsEnding() => ErrorCode.ConcurrentTransactions,
            _ => ErrorCode.None,
        };
        return error == ErrorCode.None;
    }

    /// <summary>Makes sure that what has been begun can also be ended: the record of that is the largest.</summary>
    /// <exception cref="CoordinatorException">It has more partitions than a record takes.</exception>
    public void CheckEnd(TransactionMetadata ongoing) =>
        context.Check(TransactionRecords.Of(ongoing.Ending(isCommit: true, TransactionMetadata.FirstVersionWithEpochBump, long.MaxValue, context.NowMs), TransactionVersion));

    /// <summary>Makes a step durable.</summary>
    public void Update(TransactionMetadata metadata)
    {
        context.Append(TransactionRecords.Of(metadata, TransactionVersion));
        // As it is rather than as it was replayed: the log does not keep all.
        transactions[metadata.TransactionalId] = metadata;
    }

    public void Remove(string transactionalId) => context.Append(TransactionRecords.Tombstone(transactionalId));

    public void Replay(in CoordinatorRecord record)
    {
        var transactionalId = record.DecodeKey<TransactionLogKey>().TransactionalId;
        if (record.DecodeValue<TransactionLogValue>() is { } value)
            transactions[transactionalId] = TransactionRecords.MetadataOf(transactionalId, value);
        else
            transactions.Remove(transactionalId);
    }
}
