using DotNetty.Buffers;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Codec;

/// <summary>A type of message known by its name alone.</summary>
abstract class MessageType
{
    static readonly Type[] Messages = [.. typeof(ApiKeys).Assembly.GetTypes().Where(type => type.Namespace == typeof(ApiKeys).Namespace && type.GetInterface("IMessage`1") is not null)];

    public static IReadOnlyList<MessageType> All { get; } = [.. Messages.Where(type => !type.IsNested).OrderBy(type => type.Name, StringComparer.Ordinal).Select(Create)];

    public abstract string Name { get; }

    public abstract Type Type { get; }

    public abstract VersionRange Versions { get; }

    /// <summary>Under which number a log keeps it; null when it is no record.</summary>
    public short? RecordType => (short?)Type.GetField("RecordType")?.GetRawConstantValue();

    public static MessageType? Find(string name) => All.FirstOrDefault(type => type.Name == name);

    /// <summary>Reads a message that fills the bytes exactly.</summary>
    public abstract object Read(Memory<byte> bytes, short version);

    public abstract void Write(object message, IByteBuffer buffer, short version);

    public byte[] Write(object message, short version)
    {
        var buffer = Unpooled.Buffer(64);
        Write(message, buffer, version);
        return buffer.Array[buffer.ArrayOffset..(buffer.ArrayOffset + buffer.ReadableBytes)];
    }

    public override string ToString() => Name;

    static MessageType Create(Type type) => (MessageType)Activator.CreateInstance(typeof(Of<>).MakeGenericType(type))!;

    sealed class Of<T> : MessageType
        where T : IMessage<T>
    {
        public override string Name => T.MessageName;

        public override Type Type => typeof(T);

        public override VersionRange Versions => T.Versions;

        public override object Read(Memory<byte> bytes, short version)
        {
            var reader = new KafkaReader(bytes);
            var message = T.Read(ref reader, version);
            reader.ExpectEnd();
            return message;
        }

        public override void Write(object message, IByteBuffer buffer, short version)
        {
            var writer = new KafkaWriter(buffer);
            ((T)message).Write(ref writer, version);
            writer.Complete();
        }
    }
}
