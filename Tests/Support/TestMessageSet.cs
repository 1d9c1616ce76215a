using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;

namespace NettyKafka.Tests.Support;

/// <summary>Message sets of magic 0 and 1 as old producers send them, written field by field, so that each can be wrong.</summary>
public static class TestMessageSet
{
    public const int LogAppendTimeAttribute = 0x08;

    /// <summary>A message for each value, each one millisecond later than the one before; with a codec wrapped in one as that format wants it.</summary>
    public static byte[] Of(byte magic, CompressionType codec, params string[] values)
    {
        var messages = values.SelectMany((value, i) => Message(magic, i, TestBatch.Now + i, null, Encoding.UTF8.GetBytes(value))).ToArray();
        return codec == CompressionType.None ? messages : Wrap(magic, values.Length - 1, TestBatch.Now + values.Length - 1, codec, messages);
    }

    public static byte[] Message(byte magic, long offset, long timestamp, byte[]? key, byte[]? value, int attributes = 0)
    {
        byte[] checksummed = [magic, (byte)attributes, .. magic == 0 ? [] : Int64(timestamp), .. Field(key), .. Field(value)];
        return [.. Int64(offset), .. Int32(sizeof(int) + checksummed.Length), .. Int32((int)Crc32.HashToUInt32(checksummed)), .. checksummed];
    }

    public static byte[] Wrap(byte magic, long offset, long timestamp, CompressionType codec, byte[] messages, int attributes = 0)
    {
        using var compressed = new PooledBuffer();
        CompressionCodec.Compress(codec, magic, messages, compressed);
        return Message(magic, offset, timestamp, null, compressed.WrittenSpan.ToArray(), attributes | (int)codec);
    }

    static byte[] Field(byte[]? bytes) => [.. Int32(bytes?.Length ?? -1), .. bytes ?? []];

    static byte[] Int32(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    static byte[] Int64(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
