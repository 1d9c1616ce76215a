using System.IO.Compression;

namespace NettyKafka.Tests.Support;

/// <summary>A copy of a data directory that Apache Kafka 4.2 has written: <c>clean</c> after a stop, <c>killed</c> in the middle.</summary>
public sealed class SampleDirectory : IDisposable
{
    readonly TemporaryDirectory temporary = new();

    public SampleDirectory(string kind)
    {
        using var archive = new GZipStream(File.OpenRead(GoldenPath($"kafka-4.2-{kind}.tar.gz")), CompressionMode.Decompress);
        SparseTar.Extract(archive, temporary.Path);
    }

    public string Path => System.IO.Path.Combine(temporary.Path, "data");

    public static string GoldenPath(string name) => System.IO.Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "Samples", name);

    public void Dispose() => temporary.Dispose();
}
