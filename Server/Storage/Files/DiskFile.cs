using Microsoft.Win32.SafeHandles;

namespace NettyKafka.Server.Storage.Files;

/// <summary>A file on disk through its handle: positional reads and writes, no buffer and no mapping in between.</summary>
sealed class DiskFile(SafeFileHandle handle) : IFile
{
    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> target, long position)
    {
        var read = 0;
        while (read < target.Length)
        {
            var count = RandomAccess.Read(handle, target[read..], position + read);
            if (count == 0)
                break;
            read += count;
        }

        return read;
    }

    public void Write(ReadOnlySpan<byte> source, long position) => RandomAccess.Write(handle, source, position);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Flush() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
