using System.Buffers.Binary;
using System.Numerics;

namespace NettyKafka.Codec.Records;

/// <summary>CRC-32C (Castagnoli), the checksum of record batches.</summary>
public static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> source)
    {
        var crc = uint.MaxValue;
        for (; source.Length >= 8; source = source[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(source));
        foreach (var b in source)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
