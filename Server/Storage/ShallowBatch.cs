using System.Buffers.Binary;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>What can be said of produced bytes of any format without looking into their batches; a message of magic 0 or 1 is a batch here.</summary>
static class ShallowBatch
{
    const int SmallestLength = 14;

    /// <summary>Refuses a length or magic that no format has. Bytes that are merely too few are no batch: they are left out.</summary>
    public static LogValidationResult? Check(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < RecordBatch.LogOverhead)
            return null;
        var length = LengthOf(rest);
        if (length < SmallestLength)
            return LogValidationResult.Failed(ErrorCode.CorruptMessage, $"Record size {length} is less than the minimum record overhead ({SmallestLength})");
        if (rest.Length > RecordBatch.MagicPosition && rest[RecordBatch.MagicPosition] > RecordBatch.CurrentMagic)
            return LogValidationResult.Failed(ErrorCode.CorruptMessage, $"Invalid magic found in record: {rest[RecordBatch.MagicPosition]}");
        return null;
    }

    public static bool HasWhole(ReadOnlySpan<byte> rest) => rest.Length > RecordBatch.MagicPosition && rest.Length >= SizeOf(rest);

    /// <summary>What the first batch takes, as it says itself.</summary>
    public static long SizeOf(ReadOnlySpan<byte> rest) => RecordBatch.LogOverhead + (long)LengthOf(rest);

    static int LengthOf(ReadOnlySpan<byte> rest) => BinaryPrimitives.ReadInt32BigEndian(rest[sizeof(long)..]);
}
