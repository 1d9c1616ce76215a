using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Coordinators;

/// <summary>One thing on its way to a shard's log: a record, of a producer's transaction or of none, or a marker.</summary>
readonly record struct CoordinatorWrite(CoordinatorRecord Record, ProducerIdAndEpoch Producer, VerificationGuard? Guard, TxnMarkerEntry? Marker)
{
    public CoordinatorWrite(CoordinatorRecord record)
        : this(record, ProducerIdAndEpoch.None, null, null)
    {
    }

    public CoordinatorWrite(TxnMarkerEntry marker)
        : this(default, marker.Producer, null, marker)
    {
    }

    public int SizeInBytes => Marker is null ? Record.SizeInBytes : 0;

    /// <summary>Whether both can leave in one batch.</summary>
    public bool SharesBatchWith(in CoordinatorWrite other) => Marker is null && other.Marker is null && Producer == other.Producer && Guard == other.Guard;
}
