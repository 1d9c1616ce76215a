using System.Buffers.Binary;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>The control record that ends a transaction.</summary>
readonly record struct EndTransactionMarker(bool IsAbort, int CoordinatorEpoch, long Timestamp)
{
    const short Abort = 0;
    const short Commit = 1;
    const int KeySize = 4;
    const int ValueSize = 6;

    /// <summary>Reads the marker of a control batch; false when it has none: it is empty, or of another kind.</summary>
    public static bool TryRead(RecordBatch batch, out EndTransactionMarker marker)
    {
        marker = default;
        ReadOnlySpan<byte> rest = batch.RecordBytes;
        if (batch.RecordCount == 0 || !TryReadVarInt(ref rest, out _) || rest.IsEmpty)
            return false;
        rest = rest[1..];
        if (!TryReadVarInt(ref rest, out var timestampDelta) || !TryReadVarInt(ref rest, out _) || !TryReadBytes(ref rest, KeySize, out var key) || !TryReadBytes(ref rest, ValueSize, out var value))
            return false;
        var type = BinaryPrimitives.ReadInt16BigEndian(key[2..]);
        var timestamp = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : batch.BaseTimestamp + timestampDelta;
        marker = new(type == Abort, BinaryPrimitives.ReadInt32BigEndian(value[2..]), timestamp);
        return type is Abort or Commit;
    }

    static bool TryReadVarInt(ref ReadOnlySpan<byte> source, out long value)
    {
        if (!VarInt.TryRead(source, out value, out var size))
            return false;
        source = source[size..];
        return true;
    }

    static bool TryReadBytes(ref ReadOnlySpan<byte> source, int minSize, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryReadVarInt(ref source, out var length) || length < minSize || length > source.Length)
            return false;
        bytes = source[..(int)length];
        source = source[(int)length..];
        return true;
    }
}
