using BenchmarkDotNet.Attributes;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Records;

namespace NettyKafka.Benchmarks.Micro;

public class RecordBenchmarks
{
    byte[] batch = [];

    [Params(CompressionType.None, CompressionType.Lz4, CompressionType.Zstd)]
    public CompressionType Compression { get; set; }

    [GlobalSetup]
    public void Build()
    {
        using var builder = new RecordBatchBuilder { CompressionType = Compression };
        foreach (var record in new RecordBatch(TestRequests.Batch(valueSize: 100, batchBytes: 64 * 1024)).ReadRecords())
            builder.Append(record);
        batch = builder.ToArray();
    }

    [Benchmark]
    public int Iterate()
    {
        var bytes = 0;
        foreach (var record in new RecordBatch(batch).ReadRecords())
            bytes += record.Value.Length;
        return bytes;
    }

    [Benchmark]
    public bool CheckCrc() => new RecordBatch(batch).IsCrcValid;
}
