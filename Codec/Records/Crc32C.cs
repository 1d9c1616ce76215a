using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace NettyKafka.Codec.Records;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of record batches. The processor's instruction waits for its own result: three checksums over neighbouring blocks,
/// computed at the same time and then merged, keep it busy.
/// </summary>
public static class Crc32C
{
    const int Lanes = 3;

    static readonly BlockShift LongBlock = new(4096);
    static readonly BlockShift ShortBlock = new(256);

    public static uint Compute(ReadOnlySpan<byte> source)
    {
        var crc = uint.MaxValue;
        if (Sse42.X64.IsSupported || ArmCrc32.Arm64.IsSupported)
        {
            crc = UpdateInLanes(crc, ref source, LongBlock);
            crc = UpdateInLanes(crc, ref source, ShortBlock);
        }

        return ~Update(crc, source);
    }

    static uint UpdateInLanes(uint crc, ref ReadOnlySpan<byte> source, BlockShift block)
    {
        var size = block.Size;
        while (source.Length >= Lanes * size)
        {
            uint second = 0, third = 0;
            ref var start = ref MemoryMarshal.GetReference(source);
            for (var i = 0; i < size; i += sizeof(ulong))
            {
                crc = BitOperations.Crc32C(crc, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i)));
                second = BitOperations.Crc32C(second, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i + size)));
                third = BitOperations.Crc32C(third, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i + size + size)));
            }

            crc = block.Shift(block.Shift(crc) ^ second) ^ third;
            source = source[(Lanes * size)..];
        }

        return crc;
    }

    static uint Update(uint crc, ReadOnlySpan<byte> source)
    {
        for (; source.Length >= sizeof(ulong); source = source[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(source));
        foreach (var b in source)
            crc = BitOperations.Crc32C(crc, b);
        return crc;
    }

    /// <summary>What a block of zeros does to a checksum: a linear map, kept as one table for each of its four bytes.</summary>
    sealed class BlockShift
    {
        readonly uint[] tables = new uint[sizeof(uint) * 256];

        public BlockShift(int size)
        {
            Size = size;
            Span<uint> images = stackalloc uint[32];
            var zeros = new byte[size];
            for (var bit = 0; bit < images.Length; bit++)
                images[bit] = Update(1u << bit, zeros);
            for (var i = 0; i < tables.Length; i++)
            {
                for (var bit = 0; bit < 8; bit++)
                    tables[i] ^= (i & (1 << bit)) == 0 ? 0 : images[(i / 256 * 8) + bit];
            }
        }

        public int Size { get; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public uint Shift(uint crc) =>
            tables[crc & 0xff] ^ tables[256 + ((crc >> 8) & 0xff)] ^ tables[512 + ((crc >> 16) & 0xff)] ^ tables[768 + (crc >> 24)];
    }
}
