namespace NettyKafka.Server.Storage.Files;

/// <summary>An open file: one writer, any number of readers at a time.</summary>
public interface IFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until the target is full or the file ends, and says how many bytes that were.</summary>
    int Read(Span<byte> target, long position);

    void Write(ReadOnlySpan<byte> source, long position);

    /// <summary>Cuts the file off, or lets it grow by zeros; room that was reserved behind its end is given back.</summary>
    void SetLength(long length);

    /// <summary>Reserves room behind the end of the file, up to a length that the file does not have yet: what is written there costs less. Nothing where that is not possible.</summary>
    void Reserve(long length);

    /// <summary>Makes what was written durable.</summary>
    void Flush();
}
