using System.Numerics;

namespace NettyKafka.Codec.Generator;

/// <summary>A type that the protocol knows by itself: its name in C#, the part of the read and write methods' names, its encoded size (0: as long as it says).</summary>
sealed class Primitive
{
    static readonly Dictionary<string, Primitive> ByName = new()
    {
        ["bool"] = new("bool", "Bool", 1),
        ["int8"] = Integer("sbyte", "Int8", 1, sbyte.MinValue, sbyte.MaxValue),
        ["int16"] = Integer("short", "Int16", 2, short.MinValue, short.MaxValue),
        ["uint16"] = Integer("ushort", "UInt16", 2, 0, ushort.MaxValue),
        ["int32"] = Integer("int", "Int32", 4, int.MinValue, int.MaxValue),
        ["uint32"] = Integer("uint", "UInt32", 4, 0, uint.MaxValue),
        ["int64"] = Integer("long", "Int64", 8, long.MinValue, long.MaxValue),
        ["float64"] = new("double", "Float64", 8),
        ["uuid"] = new("Wire::Uuid", "Uuid", 16),
        ["string"] = new("string", "String", 0),
        ["bytes"] = new("byte[]", "Bytes", 0),
        ["records"] = new("Wire::Records", "Records", 0),
    };

    Primitive(string csharp, string method, int size)
    {
        CSharp = csharp;
        Method = method;
        Size = size;
    }

    public string CSharp { get; }

    public string Method { get; }

    public int Size { get; }

    public bool IsFixedSize => Size > 0;

    /// <summary>The values an integer can have; null where this is none.</summary>
    public (BigInteger Min, BigInteger Max)? Range { get; private set; }

    public bool IsString => Method == "String";

    public bool IsRecords => Method == "Records";

    public bool IsUuid => Method == "Uuid";

    public bool IsBool => Method == "Bool";

    public bool IsSignedInteger => Range is { Min.Sign: < 0 };

    public bool CanBeElement => IsSignedInteger || IsUuid || IsString;

    public static Primitive? Find(string name) => ByName.TryGetValue(name, out var primitive) ? primitive : null;

    static Primitive Integer(string csharp, string method, int size, long min, long max) => new(csharp, method, size) { Range = (min, max) };
}
