using Microsoft.Win32.SafeHandles;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>A file of the null server: appended to with room reserved ahead as the broker's segments have it, and begun again when it is as large as one.</summary>
sealed class NullFile : IDisposable
{
    const long ReserveBytes = 16 << 20;
    const long SegmentBytes = 1 << 30;

    readonly string path;
    readonly SafeFileHandle file;
    long end;
    long reserved;

    public NullFile(string directory)
    {
        path = Path.Combine(directory, Guid.NewGuid().ToString("N"));
        file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
    }

    public int Descriptor => (int)file.DangerousGetHandle();

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (end + bytes.Length > SegmentBytes)
        {
            RandomAccess.SetLength(file, 0);
            end = reserved = 0;
        }

        if (end + bytes.Length > reserved && OperatingSystem.IsLinux())
            Reservation.TryMake(file, reserved = end + bytes.Length + ReserveBytes);
        RandomAccess.Write(file, bytes, end);
        end += bytes.Length;
    }

    public void Dispose()
    {
        file.Dispose();
        File.Delete(path);
    }
}
