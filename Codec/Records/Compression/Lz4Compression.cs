using System.Buffers.Binary;
using System.IO.Hashing;
using K4os.Compression.LZ4;

namespace NettyKafka.Codec.Records.Compression;

/// <summary>
/// lz4 in its frame format, in blocks of 64 KiB on writing. Message sets of magic 0 carry a header checksum that wrongly spans the frame's magic too: it is written so for them,
/// and not looked at on reading.
/// </summary>
static class Lz4Compression
{
    public const int DefaultLevel = 9;
    public const byte MagicWithWrongChecksum = 0;

    const int BlockSize = 64 * 1024;
    const byte BlockDescriptor64KiB = 4 << 4;
    const int HighestLevel = (int)LZ4Level.L12_MAX;
    const int LowestHighCompressionLevel = (int)LZ4Level.L03_HC;
    const int HeaderSize = 7;

    public static DecompressionResult Decompress(ReadOnlySpan<byte> source, PooledBuffer target, bool ignoreHeaderChecksum)
    {
        do
        {
            if (!Lz4FrameHeader.TryTake(ref source, ignoreHeaderChecksum, out var header))
                return DecompressionResult.Corrupt;
            var result = DecompressBlocks(ref source, header, target);
            if (result != DecompressionResult.Done)
                return result;
        }
        while (!source.IsEmpty);
        return DecompressionResult.Done;
    }

    public static void Compress(ReadOnlySpan<byte> source, PooledBuffer target, int level, bool wrongHeaderChecksum)
    {
        WriteHeader(target, wrongHeaderChecksum);
        var lz4Level = level == DefaultLevel ? LZ4Level.L00_FAST : (LZ4Level)Math.Clamp(level, LowestHighCompressionLevel, HighestLevel);
        while (!source.IsEmpty)
        {
            var block = source[..Math.Min(BlockSize, source.Length)];
            WriteBlock(block, target, lz4Level);
            source = source[block.Length..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(target.GetSpan(sizeof(uint)), Lz4FrameHeader.EndMark);
        target.Advance(sizeof(uint));
    }

    static void WriteHeader(PooledBuffer target, bool wrongHeaderChecksum)
    {
        var header = target.GetSpan(HeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Lz4FrameHeader.Magic);
        header[4] = Lz4FrameHeader.Version | Lz4FrameHeader.BlockIndependence;
        header[5] = BlockDescriptor64KiB;
        header[6] = Lz4FrameHeader.Checksum(wrongHeaderChecksum ? header[..6] : header[4..6]);
        target.Advance(HeaderSize);
    }

    static void WriteBlock(ReadOnlySpan<byte> block, PooledBuffer target, LZ4Level level)
    {
        var room = target.GetSpan(sizeof(uint) + LZ4Codec.MaximumOutputSize(block.Length));
        var length = LZ4Codec.Encode(block, room[sizeof(uint)..], level);
        var size = (uint)length;
        if (length >= block.Length)
        {
            block.CopyTo(room[sizeof(uint)..]);
            length = block.Length;
            size = (uint)length | Lz4FrameHeader.UncompressedBlock;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(room, size);
        target.Advance(sizeof(uint) + length);
    }

    static DecompressionResult DecompressBlocks(ref ReadOnlySpan<byte> source, in Lz4FrameHeader header, PooledBuffer target)
    {
        var frameStart = target.WrittenCount;
        while (TryTakeUInt32(ref source, out var size))
        {
            if (size == Lz4FrameHeader.EndMark)
                return EndFrame(ref source, header, target.WrittenSpan[frameStart..]);
            var length = size & ~Lz4FrameHeader.UncompressedBlock;
            if (length > header.MaxBlockSize || length > source.Length)
                return DecompressionResult.Corrupt;
            var block = source[..(int)length];
            source = source[(int)length..];
            if (header.HasBlockChecksums && (!TryTakeUInt32(ref source, out var checksum) || checksum != XxHash32.HashToUInt32(block)))
                return DecompressionResult.Corrupt;
            var result = DecompressBlock(block, size != length, header, frameStart, target);
            if (result != DecompressionResult.Done)
                return result;
        }

        return DecompressionResult.Corrupt;
    }

    static DecompressionResult DecompressBlock(ReadOnlySpan<byte> block, bool isUncompressed, in Lz4FrameHeader header, int frameStart, PooledBuffer target)
    {
        var capacity = Math.Min(isUncompressed ? block.Length : header.MaxBlockSize, target.Remaining);
        var room = target.GetSpan(capacity)[..capacity];
        if (isUncompressed)
        {
            if (!block.TryCopyTo(room))
                return DecompressionResult.TooLarge;
            target.Advance(block.Length);
            return DecompressionResult.Done;
        }

        var written = header.AreBlocksIndependent
            ? LZ4Codec.Decode(block, room)
            : LZ4Codec.Decode(block, room, target.WrittenSpan[frameStart..]);
        if (written < 0)
            return capacity < header.MaxBlockSize ? DecompressionResult.TooLarge : DecompressionResult.Corrupt;
        target.Advance(written);
        return DecompressionResult.Done;
    }

    static DecompressionResult EndFrame(ref ReadOnlySpan<byte> source, in Lz4FrameHeader header, ReadOnlySpan<byte> content)
    {
        if (header.ContentSize is { } size && size != (ulong)content.Length)
            return DecompressionResult.Corrupt;
        if (header.HasContentChecksum && (!TryTakeUInt32(ref source, out var checksum) || checksum != XxHash32.HashToUInt32(content)))
            return DecompressionResult.Corrupt;
        return DecompressionResult.Done;
    }

    static bool TryTakeUInt32(ref ReadOnlySpan<byte> source, out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(source, out value))
            return false;
        source = source[sizeof(uint)..];
        return true;
    }
}
