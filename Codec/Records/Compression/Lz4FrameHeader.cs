using System.Buffers.Binary;
using System.IO.Hashing;

namespace NettyKafka.Codec.Records.Compression;

/// <summary>The descriptor in front of an lz4 frame.</summary>
readonly struct Lz4FrameHeader
{
    public const uint Magic = 0x184D2204;
    public const uint EndMark = 0;
    public const uint UncompressedBlock = 0x80000000;
    public const byte Version = 0x40;
    public const byte BlockIndependence = 0x20;

    const byte VersionMask = 0xC0;
    const byte BlockChecksum = 0x10;
    const byte ContentSizePresent = 0x08;
    const byte ContentChecksum = 0x04;
    const byte Reserved = 0x02;
    const byte DictionaryId = 0x01;
    const int SmallestBlockSizeId = 4;
    const int DescriptorSize = 2;

    readonly byte flags;

    Lz4FrameHeader(byte flags, int blockSizeId, ulong? contentSize)
    {
        this.flags = flags;
        MaxBlockSize = 1 << (8 + (2 * blockSizeId));
        ContentSize = contentSize;
    }

    public int MaxBlockSize { get; }

    public ulong? ContentSize { get; }

    public bool AreBlocksIndependent => (flags & BlockIndependence) != 0;

    public bool HasBlockChecksums => (flags & BlockChecksum) != 0;

    public bool HasContentChecksum => (flags & ContentChecksum) != 0;

    public static byte Checksum(ReadOnlySpan<byte> descriptor) => (byte)(XxHash32.HashToUInt32(descriptor) >> 8);

    /// <summary>Takes a header off the front; false when it is cut off, corrupt or asks for a dictionary.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> source, bool ignoreChecksum, out Lz4FrameHeader header)
    {
        header = default;
        if (source.Length < sizeof(uint) + DescriptorSize || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic)
            return false;
        source = source[sizeof(uint)..];
        var flags = source[0];
        var blockSizeId = (source[1] >> 4) & 7;
        if ((flags & (VersionMask | Reserved | DictionaryId)) != Version || (source[1] & 0x8F) != 0 || blockSizeId < SmallestBlockSizeId)
            return false;
        var hasContentSize = (flags & ContentSizePresent) != 0;
        var size = DescriptorSize + (hasContentSize ? sizeof(ulong) : 0);
        if (source.Length <= size || (!ignoreChecksum && source[size] != Checksum(source[..size])))
            return false;
        header = new(flags, blockSizeId, hasContentSize ? BinaryPrimitives.ReadUInt64LittleEndian(source[DescriptorSize..]) : null);
        source = source[(size + 1)..];
        return true;
    }
}
