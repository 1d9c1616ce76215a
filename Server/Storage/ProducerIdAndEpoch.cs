using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage;

/// <summary>A producer in one of its incarnations.</summary>
public readonly record struct ProducerIdAndEpoch(long ProducerId, short Epoch)
{
    public static readonly ProducerIdAndEpoch None = new(RecordBatch.NoProducerId, RecordBatch.NoProducerEpoch);

    public override string ToString() => $"producer {ProducerId} of epoch {Epoch}";
}
