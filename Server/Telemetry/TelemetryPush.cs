using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Telemetry.Otlp;

namespace NettyKafka.Server.Telemetry;

/// <summary>A push that was admitted, or why not. Its metrics are decompressed up to a limit and kept as far as the client is subscribed to them.</summary>
public sealed class TelemetryPush
{
    /// <summary>How much larger metrics may become when they are decompressed.</summary>
    const int MaxExpansion = 16;

    readonly ClientInstance? instance;
    readonly ClientTelemetry telemetry;

    internal TelemetryPush(ErrorCode error, ClientInstance? instance, ClientTelemetry telemetry) => (Error, this.instance, this.telemetry) = (error, instance, telemetry);

    public ErrorCode Error { get; }

    /// <summary>In the order that the broker prefers.</summary>
    public static IReadOnlyList<CompressionType> AcceptedCompressionTypes { get; } = [CompressionType.Zstd, CompressionType.Lz4, CompressionType.Gzip, CompressionType.Snappy];

    public static bool IsSupported(sbyte compressionType) => compressionType is >= (sbyte)CompressionType.None and <= (sbyte)CompressionType.Zstd;

    /// <summary>Takes the metrics in; it may take its time. What is no OTLP is INVALID_RECORD.</summary>
    public ErrorCode Accept(CompressionType compressionType, ReadOnlySpan<byte> metrics)
    {
        using var decompressed = new PooledBuffer((int)Math.Min(int.MaxValue, (long)telemetry.MaxBytes * MaxExpansion));
        var error = CompressionCodec.Decompress(compressionType, RecordBatch.CurrentMagic, metrics, decompressed) switch
        {
            DecompressionResult.Done => MetricsData.TryRead(decompressed.WrittenSpan, out var points) ? Keep(points) : ErrorCode.InvalidRecord,
            DecompressionResult.TooLarge => ErrorCode.TelemetryTooLarge,
            _ => ErrorCode.InvalidRecord,
        };
        if (error != ErrorCode.None)
            telemetry.Failed(instance!, error);
        return error;
    }

    ErrorCode Keep(List<MetricPoint> points)
    {
        telemetry.Store.Put(instance!, points.Where(point => instance!.IsSubscribedTo(point.Name)), telemetry.Now);
        return ErrorCode.None;
    }
}
