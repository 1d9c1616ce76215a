namespace NettyKafka.Server.Storage.Files;

/// <summary>An open file: one writer, any number of readers at a time.</summary>
public interface IFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until the target is full or the file ends, and says how many bytes that were.</summary>
    int Read(Span<byte> target, long position);

    void Write(ReadOnlySpan<byte> source, long position);

    void SetLength(long length);

    /// <summary>Makes what was written durable.</summary>
    void Flush();
}
