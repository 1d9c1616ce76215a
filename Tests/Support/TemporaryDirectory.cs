namespace NettyKafka.Tests.Support;

/// <summary>A directory on disk that goes away with the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("nettykafka-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
