using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NettyKafka.Codec.Wire;

/// <summary>Writes arrays, and structs that may be null.</summary>
public static class KafkaWriterLists
{
    public static void WriteIntegerList<T>(this ref KafkaWriter writer, List<T> list, bool compact)
        where T : unmanaged, IBinaryInteger<T>
    {
        writer.WriteLength(list.Count, compact);
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<T>()];
        foreach (var element in list)
        {
            // Not WriteBigEndian: as a default method of the interface it boxes the element.
            element.TryWriteBigEndian(bytes, out _);
            writer.WriteRaw(bytes);
        }
    }

    public static void WriteNullableIntegerList<T>(this ref KafkaWriter writer, List<T>? list, bool compact)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (list is null)
            writer.WriteLength(-1, compact);
        else
            writer.WriteIntegerList(list, compact);
    }

    public static void WriteStringList(this ref KafkaWriter writer, List<string> list, bool compact)
    {
        writer.WriteLength(list.Count, compact);
        foreach (var element in list)
            writer.WriteString(element, compact);
    }

    public static void WriteNullableStringList(this ref KafkaWriter writer, List<string>? list, bool compact)
    {
        if (list is null)
            writer.WriteLength(-1, compact);
        else
            writer.WriteStringList(list, compact);
    }

    public static void WriteUuidList(this ref KafkaWriter writer, List<Uuid> list, bool compact)
    {
        writer.WriteLength(list.Count, compact);
        foreach (var element in list)
            writer.WriteUuid(element);
    }

    public static void WriteNullableUuidList(this ref KafkaWriter writer, List<Uuid>? list, bool compact)
    {
        if (list is null)
            writer.WriteLength(-1, compact);
        else
            writer.WriteUuidList(list, compact);
    }

    public static void WriteStructList<T>(this ref KafkaWriter writer, List<T> list, short version, bool compact)
        where T : struct, IStruct<T>
    {
        writer.WriteLength(list.Count, compact);
        foreach (ref readonly var element in CollectionsMarshal.AsSpan(list))
            element.Write(ref writer, version);
    }

    public static void WriteNullableStructList<T>(this ref KafkaWriter writer, List<T>? list, short version, bool compact)
        where T : struct, IStruct<T>
    {
        if (list is null)
            writer.WriteLength(-1, compact);
        else
            writer.WriteStructList(list, version, compact);
    }

    public static void WriteNullableStruct<T>(this ref KafkaWriter writer, T? value, short version)
        where T : struct, IStruct<T>
    {
        writer.WriteInt8((sbyte)(value is null ? -1 : 1));
        value?.Write(ref writer, version);
    }

    /// <summary>In a tagged field null is 0, not -1.</summary>
    public static void WriteNullableTaggedStruct<T>(this ref KafkaWriter writer, T? value, short version)
        where T : struct, IStruct<T>
    {
        writer.WriteUnsignedVarInt(value is null ? 0u : 1u);
        value?.Write(ref writer, version);
    }
}
