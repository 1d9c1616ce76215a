using System.Runtime.InteropServices;

namespace NettyKafka.Server.Storage.Files;

/// <summary>A directory opened through libc, which alone can flush one on Linux.</summary>
sealed partial class DirectoryHandle : SafeHandle
{
    const int ReadOnlyCloseOnExec = 0x80000;

    public DirectoryHandle()
        : base(-1, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == -1;

    public static DirectoryHandle Open(string path)
    {
        var opened = open(path, ReadOnlyCloseOnExec);
        return opened.IsInvalid ? throw Failed("open", path) : opened;
    }

    public void Flush()
    {
        if (fsync(this) != 0)
            throw Failed("fsync", "a directory");
    }

    protected override bool ReleaseHandle() => close(handle) == 0;

    static IOException Failed(string call, string path) => new($"{call} of {path}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial DirectoryHandle open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(DirectoryHandle directory);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(nint descriptor);
}
