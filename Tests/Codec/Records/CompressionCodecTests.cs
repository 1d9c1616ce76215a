using System.IO.Hashing;
using System.Text;
using K4os.Compression.LZ4;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;

namespace NettyKafka.Tests.Codec;

public sealed class CompressionCodecTests
{
    const byte Magic = RecordBatch.CurrentMagic;

    static readonly CompressionType[] Codecs = Enum.GetValues<CompressionType>();
    static readonly int[] Sizes = [1, 100, 32 * 1024, 64 * 1024, (64 * 1024) + 1, 300_000];

    [Test]
    public void What_is_compressed_decompresses_to_the_same([ValueSource(nameof(Codecs))] CompressionType codec, [ValueSource(nameof(Sizes))] int size, [Values] bool noise)
    {
        var source = noise ? Noise(size) : Text(size);

        AssertDecompresses(codec, Compress(codec, source), source);
    }

    [TestCase(CompressionType.Gzip, 1, -1)]
    [TestCase(CompressionType.Gzip, 1, 9)]
    [TestCase(CompressionType.Lz4, 9, 17)]
    [TestCase(CompressionType.Lz4, 1, 12)]
    [TestCase(CompressionType.Zstd, -1000, 3)]
    [TestCase(CompressionType.Zstd, 1, 22)]
    public void A_level_is_heeded(CompressionType codec, int level, int better)
    {
        var random = new Random(1);
        var words = Enumerable.Range(0, 500).Select(_ => random.Next().ToString("x")).ToArray();
        var source = Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, 5000).Select(_ => words[random.Next(words.Length)])));

        var compressed = Compress(codec, source, level);
        var smaller = Compress(codec, source, better);

        Assert.That(smaller, Has.Length.LessThan(compressed.Length));
        AssertDecompresses(codec, compressed, source);
        AssertDecompresses(codec, smaller, source);
    }

    [Test]
    public void Gzip_of_several_members_reads_as_one()
    {
        byte[] members = [.. Compress(CompressionType.Gzip, Text(1000)), .. Compress(CompressionType.Gzip, Text(500))];

        AssertDecompresses(CompressionType.Gzip, members, [.. Text(1000), .. Text(500)]);
    }

    [Test]
    public void Raw_snappy_is_read() =>
        AssertDecompresses(CompressionType.Snappy, Snappier.Snappy.CompressToArray(Text(100_000)), Text(100_000));

    [Test]
    public void Framed_snappy_streams_may_follow_one_another()
    {
        byte[] streams = [.. Compress(CompressionType.Snappy, Text(70_000)), .. Compress(CompressionType.Snappy, Text(10))];

        AssertDecompresses(CompressionType.Snappy, streams, [.. Text(70_000), .. Text(10)]);
    }

    [Test]
    public void Snappy_is_written_in_the_framing_of_the_java_client() =>
        Assert.That(Compress(CompressionType.Snappy, Text(10)).AsSpan(0, 16).ToArray(), Is.EqualTo((byte[])[0x82, .. "SNAPPY"u8, 0, 0, 0, 0, 1, 0, 0, 0, 1]));

    [Test]
    public void Zstd_without_a_content_size_and_of_several_frames_is_read()
    {
        using var output = new MemoryStream();
        for (var i = 0; i < 2; i++)
        {
            using var zstd = new ZstdSharp.CompressionStream(output, leaveOpen: true);
            zstd.Write(Text(500_000));
        }

        AssertDecompresses(CompressionType.Zstd, output.ToArray(), [.. Text(500_000), .. Text(500_000)]);
    }

    [Test]
    public void Lz4_with_all_its_checksums_and_linked_blocks_is_read([Values] bool linked, [Values] bool blockChecksums, [Values] bool contentChecksum, [Values] bool contentSize)
    {
        var source = Text(150_000);

        var frame = Lz4Frame(source, linked, blockChecksums, contentChecksum, contentSize);

        AssertDecompresses(CompressionType.Lz4, frame, source);
    }

    [TestCase(5, Description = "content size")]
    [TestCase(14, Description = "header checksum")]
    [TestCase(-1, Description = "content checksum")]
    public void Lz4_with_a_wrong_checksum_or_size_is_corrupt(int position)
    {
        var frame = Lz4Frame(Text(1000), linked: false, blockChecksums: true, contentChecksum: true, contentSize: true);
        frame[position < 0 ? ^-position : position] ^= 1;

        Assert.That(Result(CompressionType.Lz4, Magic, frame), Is.EqualTo(DecompressionResult.Corrupt));
    }

    [Test]
    public void Lz4_of_magic_0_has_the_wrong_header_checksum_and_only_there_it_is_accepted()
    {
        using var target = new PooledBuffer();
        CompressionCodec.Compress(CompressionType.Lz4, 0, Text(1000), target);
        var frame = target.WrittenSpan.ToArray();

        Assert.That(frame[6], Is.EqualTo((byte)(XxHash32.HashToUInt32(frame.AsSpan(0, 6)) >> 8)));
        Assert.That(Result(CompressionType.Lz4, 0, frame), Is.EqualTo(DecompressionResult.Done));
        Assert.That(Result(CompressionType.Lz4, 1, frame), Is.EqualTo(DecompressionResult.Corrupt));
        Assert.That(Result(CompressionType.Lz4, 2, frame), Is.EqualTo(DecompressionResult.Corrupt));
    }

    [Test]
    public void The_limit_is_the_last_byte_that_fits([ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var compressed = Compress(codec, Text(200_000));

        Assert.That(Result(codec, Magic, compressed, limit: 200_000), Is.EqualTo(DecompressionResult.Done));
        Assert.That(Result(codec, Magic, compressed, limit: 199_999), Is.EqualTo(DecompressionResult.TooLarge));
    }

    [Test]
    public void Empty_bytes_are_corrupt([Values(CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4)] CompressionType codec) =>
        Assert.That(Result(codec, Magic, []), Is.EqualTo(DecompressionResult.Corrupt));

    static byte[] Compress(CompressionType codec, byte[] source, int? level = null)
    {
        using var target = new PooledBuffer();
        CompressionCodec.Compress(codec, Magic, source, target, level);
        return target.WrittenSpan.ToArray();
    }

    static void AssertDecompresses(CompressionType codec, byte[] compressed, byte[] expected)
    {
        using var target = new PooledBuffer();
        Assert.That(CompressionCodec.Decompress(codec, Magic, compressed, target), Is.EqualTo(DecompressionResult.Done));
        Assert.That(target.WrittenSpan.SequenceEqual(expected), Is.True);
    }

    static DecompressionResult Result(CompressionType codec, byte magic, byte[] compressed, int limit = int.MaxValue)
    {
        using var target = new PooledBuffer(limit);
        return CompressionCodec.Decompress(codec, magic, compressed, target);
    }

    static byte[] Text(int size) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, (size / 6) + 1).Select(i => $"{i % 1000:d5} ")))[..size];

    static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A frame as other clients write them; blocks are linked by giving each the one before as its dictionary.</summary>
    static byte[] Lz4Frame(byte[] source, bool linked, bool blockChecksums, bool contentChecksum, bool contentSize)
    {
        const int blockSize = 64 * 1024;
        var descriptor = new List<byte> { (byte)(0x40 | (linked ? 0 : 0x20) | (blockChecksums ? 0x10 : 0) | (contentSize ? 8 : 0) | (contentChecksum ? 4 : 0)), 4 << 4 };
        if (contentSize)
            descriptor.AddRange(BitConverter.GetBytes((ulong)source.Length));
        var frame = new List<byte>([4, 0x22, 0x4D, 0x18, .. descriptor, (byte)(XxHash32.HashToUInt32(descriptor.ToArray()) >> 8)]);
        using var chained = new Lz4ChainEncoder(linked, blockSize);
        foreach (var block in source.Chunk(blockSize))
        {
            var compressed = chained.Encode(block);
            frame.AddRange([.. BitConverter.GetBytes(compressed.Length), .. compressed]);
            if (blockChecksums)
                frame.AddRange(BitConverter.GetBytes(XxHash32.HashToUInt32(compressed)));
        }

        frame.AddRange(BitConverter.GetBytes(0));
        if (contentChecksum)
            frame.AddRange(BitConverter.GetBytes(XxHash32.HashToUInt32(source)));
        return [.. frame];
    }

    sealed class Lz4ChainEncoder(bool linked, int blockSize) : IDisposable
    {
        readonly K4os.Compression.LZ4.Encoders.ILZ4Encoder encoder = K4os.Compression.LZ4.Encoders.LZ4Encoder.Create(linked, LZ4Level.L00_FAST, blockSize);

        public byte[] Encode(byte[] block)
        {
            var target = new byte[LZ4Codec.MaximumOutputSize(block.Length)];
            K4os.Compression.LZ4.Encoders.LZ4EncoderExtensions.TopupAndEncode(encoder, block, target, forceEncode: true, allowCopy: false, out _, out var encoded);
            return target[..encoded];
        }

        public void Dispose() => encoder.Dispose();
    }
}
