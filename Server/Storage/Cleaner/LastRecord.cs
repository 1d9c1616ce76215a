using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>What must stay in the log of a producer that it still knows: the batch with the last sequence, or, where there is none, a marker of its epoch.</summary>
readonly record struct LastRecord(long? LastDataOffset, short ProducerEpoch)
{
    public bool IsIn(RecordBatch batch) => LastDataOffset is { } offset ? batch.LastOffset == offset : batch.IsControl && batch.ProducerEpoch == ProducerEpoch;
}
