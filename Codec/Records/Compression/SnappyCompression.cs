using System.Buffers.Binary;
using Snappier;

namespace NettyKafka.Codec.Records.Compression;

/// <summary>snappy: reads raw blocks (librdkafka) and xerial's framing (Java and most others), writes the framing.</summary>
static class SnappyCompression
{
    const int FramingHeaderSize = 16;
    const int FramingVersion = 1;
    const int BlockSize = 32 * 1024;

    // The format's longest copy turns 3 bytes into 64: a longer length than that allows is a lie.
    const int MaxRatio = 22;

    static ReadOnlySpan<byte> FramingMagic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    public static DecompressionResult Decompress(ReadOnlySpan<byte> source, PooledBuffer target)
    {
        if (!source.StartsWith(FramingMagic))
            return DecompressBlock(source, target);
        while (!source.IsEmpty)
        {
            // Framed streams may follow one another.
            if (source.StartsWith(FramingMagic))
            {
                if (source.Length < FramingHeaderSize)
                    return DecompressionResult.Corrupt;
                source = source[FramingHeaderSize..];
                continue;
            }

            if (source.Length < sizeof(int))
                return DecompressionResult.Corrupt;
            var length = BinaryPrimitives.ReadInt32BigEndian(source);
            source = source[sizeof(int)..];
            if (length < 0 || length > source.Length)
                return DecompressionResult.Corrupt;
            var result = DecompressBlock(source[..length], target);
            if (result != DecompressionResult.Done)
                return result;
            source = source[length..];
        }

        return DecompressionResult.Done;
    }

    public static void Compress(ReadOnlySpan<byte> source, PooledBuffer target)
    {
        var header = target.GetSpan(FramingHeaderSize);
        FramingMagic.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], FramingVersion);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], FramingVersion);
        target.Advance(FramingHeaderSize);
        while (!source.IsEmpty)
        {
            var block = source[..Math.Min(BlockSize, source.Length)];
            var room = target.GetSpan(sizeof(int) + Snappy.GetMaxCompressedLength(block.Length));
            var length = Snappy.Compress(block, room[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(room, length);
            target.Advance(sizeof(int) + length);
            source = source[block.Length..];
        }
    }

    static DecompressionResult DecompressBlock(ReadOnlySpan<byte> block, PooledBuffer target)
    {
        try
        {
            var length = Snappy.GetUncompressedLength(block);
            if (length < 0 || length > (long)block.Length * MaxRatio)
                return DecompressionResult.Corrupt;
            if (!target.TryGetSpan(length, out var room))
                return DecompressionResult.TooLarge;
            if (Snappy.Decompress(block, room) != length)
                return DecompressionResult.Corrupt;
            target.Advance(length);
            return DecompressionResult.Done;
        }
        catch (InvalidDataException)
        {
            return DecompressionResult.Corrupt;
        }
    }
}
