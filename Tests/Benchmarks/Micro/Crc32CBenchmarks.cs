using BenchmarkDotNet.Attributes;
using NettyKafka.Codec.Records;

namespace NettyKafka.Benchmarks.Micro;

public class Crc32CBenchmarks
{
    byte[] bytes = [];

    [Params(128, 1024, 65_536, 1_048_576)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Fill() => new Random(Size).NextBytes(bytes = new byte[Size]);

    [Benchmark]
    public uint Compute() => Crc32C.Compute(bytes);
}
