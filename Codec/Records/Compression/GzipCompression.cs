using System.IO.Compression;

namespace NettyKafka.Codec.Records.Compression;

/// <summary>gzip; a source of several members reads as one.</summary>
static class GzipCompression
{
    public const int DefaultLevel = -1;

    const int ChunkSize = 16 * 1024;

    public static unsafe DecompressionResult Decompress(ReadOnlySpan<byte> source, PooledBuffer target)
    {
        if (source.IsEmpty)
            return DecompressionResult.Corrupt;
        fixed (byte* start = source)
        {
            using var compressed = new UnmanagedMemoryStream(start, source.Length);
            using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
            try
            {
                return ReadToEnd(gzip, target);
            }
            catch (InvalidDataException)
            {
                return DecompressionResult.Corrupt;
            }
        }
    }

    public static void Compress(ReadOnlySpan<byte> source, PooledBuffer target, int level)
    {
        using var gzip = new GZipStream(new PooledBufferStream(target), new ZLibCompressionOptions { CompressionLevel = level });
        gzip.Write(source);
    }

    static DecompressionResult ReadToEnd(GZipStream gzip, PooledBuffer target)
    {
        while (target.Remaining > 0)
        {
            var room = target.GetSpan(Math.Min(ChunkSize, target.Remaining));
            var read = gzip.Read(room[..Math.Min(room.Length, target.Remaining)]);
            if (read == 0)
                return DecompressionResult.Done;
            target.Advance(read);
        }

        return gzip.ReadByte() < 0 ? DecompressionResult.Done : DecompressionResult.TooLarge;
    }
}
