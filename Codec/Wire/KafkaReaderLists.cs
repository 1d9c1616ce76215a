using System.Numerics;
using System.Runtime.CompilerServices;

namespace NettyKafka.Codec.Wire;

/// <summary>Reads arrays, and structs that may be null.</summary>
public static class KafkaReaderLists
{
    /// <summary>
    /// The bytes of memory that a list may take in advance for each byte left in the frame. Beyond it a list grows with what is really read, so a
    /// length that lies costs no more than the frame's bytes can pay for.
    /// </summary>
    const int MaxBytesInAdvance = 16;

    public static List<T> ReadIntegerList<T>(this ref KafkaReader reader, bool compact)
        where T : unmanaged, IBinaryInteger<T> => reader.ReadNullableIntegerList<T>(compact) ?? throw NullArray(ref reader);

    public static List<T>? ReadNullableIntegerList<T>(this ref KafkaReader reader, bool compact)
        where T : unmanaged, IBinaryInteger<T>
    {
        var size = Unsafe.SizeOf<T>();
        var length = reader.ReadNullableArrayLength(compact, size);
        if (length < 0)
            return null;
        var bytes = reader.ReadRaw(length * size);
        var list = new List<T>(length);
        for (; bytes.Length > 0; bytes = bytes[size..])
            list.Add(T.ReadBigEndian(bytes[..size], isUnsigned: false));
        return list;
    }

    public static List<string> ReadStringList(this ref KafkaReader reader, bool compact) =>
        reader.ReadNullableStringList(compact) ?? throw NullArray(ref reader);

    public static List<string>? ReadNullableStringList(this ref KafkaReader reader, bool compact)
    {
        var length = reader.ReadNullableArrayLength(compact, compact ? 1 : 2);
        if (length < 0)
            return null;
        var list = NewList<string>(length, ref reader);
        for (var i = 0; i < length; i++)
            list.Add(reader.ReadString(compact));
        return list;
    }

    public static List<Uuid> ReadUuidList(this ref KafkaReader reader, bool compact) =>
        reader.ReadNullableUuidList(compact) ?? throw NullArray(ref reader);

    public static List<Uuid>? ReadNullableUuidList(this ref KafkaReader reader, bool compact)
    {
        var length = reader.ReadNullableArrayLength(compact, Uuid.Size);
        if (length < 0)
            return null;
        var list = new List<Uuid>(length);
        for (var i = 0; i < length; i++)
            list.Add(reader.ReadUuid());
        return list;
    }

    public static List<T> ReadStructList<T>(this ref KafkaReader reader, short version, bool compact, int minElementSize)
        where T : struct, IStruct<T> => reader.ReadNullableStructList<T>(version, compact, minElementSize) ?? throw NullArray(ref reader);

    public static List<T>? ReadNullableStructList<T>(this ref KafkaReader reader, short version, bool compact, int minElementSize)
        where T : struct, IStruct<T>
    {
        var length = reader.ReadNullableArrayLength(compact, minElementSize);
        if (length < 0)
            return null;
        var list = NewList<T>(length, ref reader);
        for (var i = 0; i < length; i++)
            list.Add(T.Read(ref reader, version));
        return list;
    }

    public static T? ReadNullableStruct<T>(this ref KafkaReader reader, short version)
        where T : struct, IStruct<T> => reader.ReadInt8() < 0 ? null : T.Read(ref reader, version);

    /// <summary>In a tagged field null is 0, not -1.</summary>
    public static T? ReadNullableTaggedStruct<T>(this ref KafkaReader reader, short version)
        where T : struct, IStruct<T> => reader.ReadUnsignedVarInt() == 0 ? null : T.Read(ref reader, version);

    static List<T> NewList<T>(int length, ref KafkaReader reader) =>
        new((int)Math.Min(length, (long)reader.Remaining * MaxBytesInAdvance / Unsafe.SizeOf<T>()));

    static ProtocolException NullArray(ref KafkaReader reader) => new($"null array at byte {reader.Position} where none is allowed");
}
