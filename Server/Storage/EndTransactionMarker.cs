using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage;

/// <summary>The control record that ends a transaction.</summary>
readonly record struct EndTransactionMarker(bool IsAbort, int CoordinatorEpoch, long Timestamp)
{
    /// <summary>Reads the marker of a control batch; false when it has none: it is empty, or of another kind.</summary>
    public static bool TryRead(RecordBatch batch, out EndTransactionMarker marker)
    {
        marker = default;
        try
        {
            foreach (var record in batch.ReadRecords())
            {
                if (!ControlRecord.TryReadType(record.Key, out var type) || !ControlRecord.TryReadCoordinatorEpoch(record.Value, out var coordinatorEpoch))
                    return false;
                marker = new(type == ControlRecordType.Abort, coordinatorEpoch, record.Timestamp);
                return type is ControlRecordType.Abort or ControlRecordType.Commit;
            }
        }
        catch (InvalidRecordException)
        {
            return false;
        }

        return false;
    }
}
