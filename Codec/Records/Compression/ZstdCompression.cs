using ZstdSharp;
using ZstdSharp.Unsafe;

namespace NettyKafka.Codec.Records.Compression;

/// <summary>zstd. It decompresses straight into the target, so that no window is kept, whatever the frame asks for.</summary>
static class ZstdCompression
{
    public const int DefaultLevel = 3;

    const int FirstGuess = 8;
    const int MinimumGuess = 64 * 1024;

    [ThreadStatic]
    static Decompressor? decompressor;

    [ThreadStatic]
    static Compressor? compressor;

    public static DecompressionResult Decompress(ReadOnlySpan<byte> source, PooledBuffer target)
    {
        var bound = DecompressBound(source);
        if (bound < 0)
            return DecompressionResult.Corrupt;
        // The bound counts whole blocks and can be far too high: begin with less and double.
        var size = Math.Min(Math.Max((long)source.Length * FirstGuess, MinimumGuess), bound);
        while (true)
        {
            var capacity = (int)Math.Min(size, target.Remaining);
            if (!TryDecompress(source, target.GetSpan(capacity)[..capacity], out var written))
                return DecompressionResult.Corrupt;
            if (written >= 0)
            {
                target.Advance(written);
                return DecompressionResult.Done;
            }

            if (capacity == bound)
                return DecompressionResult.Corrupt;
            if (capacity == target.Remaining)
                return DecompressionResult.TooLarge;
            size = Math.Min(2 * size, bound);
        }
    }

    public static void Compress(ReadOnlySpan<byte> source, PooledBuffer target, int level)
    {
        compressor ??= new Compressor(level);
        if (compressor.Level != level)
            compressor.Level = level;
        var room = target.GetSpan(Compressor.GetCompressBound(source.Length));
        target.Advance(compressor.Wrap(source, room));
    }

    /// <summary>True with -1 written when the room was too small.</summary>
    static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> room, out int written)
    {
        try
        {
            decompressor ??= new Decompressor();
            if (!decompressor.TryUnwrap(source, room, out written))
                written = -1;
            return true;
        }
        catch (ZstdException)
        {
            written = 0;
            return false;
        }
    }

    /// <summary>The most that the frames can hold, or -1 when they are no frames.</summary>
    static unsafe long DecompressBound(ReadOnlySpan<byte> source)
    {
        fixed (byte* start = source)
        {
            var bound = Methods.ZSTD_decompressBound(start, (nuint)source.Length);
            return bound > long.MaxValue ? -1 : (long)bound;
        }
    }
}
