using System.Buffers.Binary;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Coordinators;

/// <summary>One record of a coordinator's log: key and value, each a message behind the number that says which. Without a value it is a tombstone.</summary>
public readonly record struct CoordinatorRecord(byte[] Key, byte[]? Value)
{
    const short KeyVersion = 0;
    const int PrefixSize = sizeof(short);

    /// <summary>The type, which stands in front of the key.</summary>
    public short Type => BinaryPrimitives.ReadInt16BigEndian(Key);

    public bool IsTombstone => Value is null;

    public int SizeInBytes => Key.Length + (Value?.Length ?? 0);

    public static CoordinatorRecord Of<TKey, TValue>(short type, TKey key, TValue value, short valueVersion)
        where TKey : IMessage<TKey>
        where TValue : IMessage<TValue> => new(Prefixed(type, MessageEncoding.Encode(key, KeyVersion)), Prefixed(valueVersion, MessageEncoding.Encode(value, valueVersion)));

    public static CoordinatorRecord Tombstone<TKey>(short type, TKey key)
        where TKey : IMessage<TKey> => new(Prefixed(type, MessageEncoding.Encode(key, KeyVersion)), null);

    public T DecodeKey<T>()
        where T : IMessage<T> => MessageEncoding.Decode<T>(Key.AsMemory(PrefixSize), KeyVersion);

    /// <summary>The value, or null where the record is a tombstone.</summary>
    /// <exception cref="ProtocolException">The value is of a version that this build does not know, or not well formed.</exception>
    public T? DecodeValue<T>()
        where T : class, IMessage<T>
    {
        if (Value is null)
            return null;
        if (Value.Length < PrefixSize)
            throw new ProtocolException($"{T.MessageName} of {Value.Length} bytes");
        var version = BinaryPrimitives.ReadInt16BigEndian(Value);
        return T.Versions.Contains(version)
            ? MessageEncoding.Decode<T>(Value.AsMemory(PrefixSize), version)
            : throw new ProtocolException($"{T.MessageName} of version {version}; known are {T.Versions}");
    }

    static byte[] Prefixed(short prefix, byte[] message)
    {
        var bytes = new byte[PrefixSize + message.Length];
        BinaryPrimitives.WriteInt16BigEndian(bytes, prefix);
        message.CopyTo(bytes, PrefixSize);
        return bytes;
    }
}
