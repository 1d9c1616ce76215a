using System.Buffers.Binary;

namespace NettyKafka.Server.Storage;

/// <summary>An aborted transaction as the transaction index keeps it: version 0, 34 bytes.</summary>
public readonly record struct AbortedTransaction(long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset)
{
    public const int Size = 34;

    const short Version = 0;

    public static bool TryRead(ReadOnlySpan<byte> source, out AbortedTransaction transaction)
    {
        transaction = new(
            BinaryPrimitives.ReadInt64BigEndian(source[2..]),
            BinaryPrimitives.ReadInt64BigEndian(source[10..]),
            BinaryPrimitives.ReadInt64BigEndian(source[18..]),
            BinaryPrimitives.ReadInt64BigEndian(source[26..]));
        return BinaryPrimitives.ReadInt16BigEndian(source) == Version;
    }

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt16BigEndian(target, Version);
        BinaryPrimitives.WriteInt64BigEndian(target[2..], ProducerId);
        BinaryPrimitives.WriteInt64BigEndian(target[10..], FirstOffset);
        BinaryPrimitives.WriteInt64BigEndian(target[18..], LastOffset);
        BinaryPrimitives.WriteInt64BigEndian(target[26..], LastStableOffset);
    }
}
