namespace NettyKafka.Server.Telemetry.Otlp;

/// <summary>
/// The message that clients push: MetricsData of OTLP. Gauges and sums are read, which is what clients send; histograms and summaries are passed over. What
/// comes behind the first ten thousand points too.
/// </summary>
static class MetricsData
{
    const int MaxPoints = 10_000;
    const ulong DeltaTemporality = 1;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out List<MetricPoint> points)
    {
        points = [];
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1 && !TryReadResource(reader.Bytes, points))
                return false;
        }

        return reader.IsValid;
    }

    /// <summary>ResourceMetrics: scopes. The resource's own attributes say what the broker knows already.</summary>
    static bool TryReadResource(ReadOnlySpan<byte> bytes, List<MetricPoint> points)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 2 && !TryReadScope(reader.Bytes, points))
                return false;
        }

        return reader.IsValid;
    }

    static bool TryReadScope(ReadOnlySpan<byte> bytes, List<MetricPoint> points)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 2 && !TryReadMetric(reader.Bytes, points))
                return false;
        }

        return reader.IsValid;
    }

    static bool TryReadMetric(ReadOnlySpan<byte> bytes, List<MetricPoint> points)
    {
        var metric = default(MetricPoint) with { Name = "", Unit = "" };
        ReadOnlySpan<byte> data = default;
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    metric = metric with { Name = reader.Text };
                    break;
                case 3:
                    metric = metric with { Unit = reader.Text };
                    break;
                case 5 or 7:
                    data = reader.Bytes;
                    break;
                default:
                    break;
            }
        }

        return reader.IsValid && TryReadPoints(data, metric, points);
    }

    /// <summary>Gauge or Sum: their points have the same number. How a sum is to be read may stand behind them.</summary>
    static bool TryReadPoints(ReadOnlySpan<byte> bytes, MetricPoint metric, List<MetricPoint> points)
    {
        var first = points.Count;
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1 && points.Count < MaxPoints && !NumberDataPoint.TryRead(reader.Bytes, metric, points))
                return false;
            if (reader.Field == 2)
                metric = metric with { IsDelta = reader.Number == DeltaTemporality };
            if (reader.Field == 3)
                metric = metric with { IsMonotonic = reader.Number != 0 };
        }

        for (var i = first; i < points.Count; i++)
            points[i] = points[i] with { IsDelta = metric.IsDelta, IsMonotonic = metric.IsMonotonic };
        return reader.IsValid;
    }
}
