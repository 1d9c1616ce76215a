using System.Globalization;
using System.Text;

namespace NettyKafka.Server.Telemetry.Otlp;

/// <summary>One point of a gauge or a sum: a value and its attributes.</summary>
static class NumberDataPoint
{
    public static bool TryRead(ReadOnlySpan<byte> bytes, MetricPoint metric, List<MetricPoint> points)
    {
        var attributes = new StringBuilder();
        double? value = null;
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 4:
                    value = reader.Double;
                    break;
                case 6:
                    value = (long)reader.Number;
                    break;
                case 7 when !TryReadAttribute(reader.Bytes, attributes):
                    return false;
                default:
                    break;
            }
        }

        if (value is { } number)
            points.Add(metric with { Value = number, Attributes = attributes.ToString() });
        return reader.IsValid;
    }

    static bool TryReadAttribute(ReadOnlySpan<byte> bytes, StringBuilder attributes)
    {
        var (key, value) = ("", "");
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
                key = reader.Text;
            if (reader.Field == 2 && !TryReadValue(reader.Bytes, out value))
                return false;
        }

        attributes.Append(attributes.Length > 0 ? "," : "").Append(key).Append("=\"").Append(value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        return reader.IsValid;
    }

    /// <summary>A string, a boolean or a number; of anything else nothing.</summary>
    static bool TryReadValue(ReadOnlySpan<byte> bytes, out string value)
    {
        value = "";
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            value = reader.Field switch
            {
                1 => reader.Text,
                2 => reader.Number != 0 ? "true" : "false",
                3 => ((long)reader.Number).ToString(CultureInfo.InvariantCulture),
                4 => reader.Double.ToString(CultureInfo.InvariantCulture),
                _ => value,
            };
        }

        return reader.IsValid;
    }
}
