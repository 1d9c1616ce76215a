using System.Buffers.Binary;
using System.Text;

namespace NettyKafka.Tests.Telemetry;

/// <summary>Metrics as clients encode them: protobuf fields, one message in the other.</summary>
static class OtlpWriter
{
    public const int Delta = 1;
    public const int Cumulative = 2;

    public static byte[] MetricsData(params byte[][] metrics) => Message(1, [.. Message(1, []), .. Message(2, [.. Message(1, []), .. metrics.SelectMany(metric => Message(2, metric))])]);

    public static byte[] Gauge(string name, double value, params (string Key, string Value)[] attributes) =>
        [.. Text(1, name), .. Text(3, "ms"), .. Message(5, Message(1, [.. Fixed64(3, 1), .. Fixed64(4, (ulong)BitConverter.DoubleToInt64Bits(value)), .. Attributes(attributes)]))];

    public static byte[] Sum(string name, long value, int temporality, params (string Key, string Value)[] attributes) =>
        [.. Text(1, name), .. Message(7, [.. Message(1, [.. Fixed64(6, (ulong)value), .. Attributes(attributes)]), .. Varint(2, (ulong)temporality), .. Varint(3, 1)])];

    public static byte[] Message(int field, byte[] content) => [.. Number((ulong)(field << 3 | 2)), .. Number((ulong)content.Length), .. content];

    static byte[] Attributes((string Key, string Value)[] attributes) => [.. attributes.SelectMany(attribute => Message(7, [.. Text(1, attribute.Key), .. Message(2, Text(1, attribute.Value))]))];

    static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    static byte[] Varint(int field, ulong value) => [.. Number((ulong)(field << 3)), .. Number(value)];

    static byte[] Fixed64(int field, ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return [.. Number((ulong)(field << 3 | 1)), .. bytes];
    }

    static List<byte> Number(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
