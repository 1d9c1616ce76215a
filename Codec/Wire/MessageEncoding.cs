using DotNetty.Buffers;

namespace NettyKafka.Codec.Wire;

/// <summary>Whole messages to and from arrays: for records of internal topics, and for tests.</summary>
public static class MessageEncoding
{
    public static byte[] Encode<T>(T message, short version)
        where T : IMessage<T>
    {
        var buffer = Unpooled.Buffer(256);
        var writer = new KafkaWriter(buffer);
        message.Write(ref writer, version);
        writer.Complete();
        return buffer.Array.AsSpan(buffer.ArrayOffset, buffer.ReadableBytes).ToArray();
    }

    /// <summary>Decodes a message that fills the bytes exactly.</summary>
    public static T Decode<T>(Memory<byte> bytes, short version)
        where T : IMessage<T>
    {
        var reader = new KafkaReader(bytes);
        var message = T.Read(ref reader, version);
        reader.ExpectEnd();
        return message;
    }
}
