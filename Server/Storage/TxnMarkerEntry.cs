using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage;

/// <summary>A marker as it is to be written into each partition of a transaction.</summary>
/// <param name="Producer">Whose transaction ends; from transaction version 2 on of a greater epoch than its records.</param>
/// <param name="IsCommit">Commit or abort.</param>
/// <param name="CoordinatorEpoch">The leader epoch of the coordinator's partition, which fences the one before it.</param>
/// <param name="TransactionVersion">The <c>transaction.version</c> of the producer.</param>
public sealed record TxnMarkerEntry(ProducerIdAndEpoch Producer, bool IsCommit, int CoordinatorEpoch, short TransactionVersion)
{
    /// <summary>The control batch, which gets its offset when it is appended.</summary>
    public byte[] ToBatch(long timestamp)
    {
        using var builder = new RecordBatchBuilder { ProducerId = Producer.ProducerId, ProducerEpoch = Producer.Epoch, IsTransactional = true, IsControl = true };
        builder.Append(timestamp, ControlRecord.Key(IsCommit ? ControlRecordType.Commit : ControlRecordType.Abort), ControlRecord.EndTransactionMarker(CoordinatorEpoch));
        return builder.ToArray();
    }
}
