using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NettyKafka.Server.Storage.Files;

/// <summary>Blocks of a file behind its end, see fallocate(2).</summary>
static partial class Reservation
{
    const int KeepSize = 1;

    /// <summary>False where the file system cannot do it, or has no room: a write will tell.</summary>
    public static bool TryMake(SafeFileHandle file, long length) =>
        RandomAccess.GetLength(file) is var end && length > end && fallocate(file, KeepSize, end, length - end) == 0;

    [LibraryImport("libc")]
    private static partial int fallocate(SafeFileHandle file, int mode, long offset, long length);
}
