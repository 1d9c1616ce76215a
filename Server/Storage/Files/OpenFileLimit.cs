using System.Runtime.InteropServices;

namespace NettyKafka.Server.Storage.Files;

/// <summary>How many files this process may have open; sockets count.</summary>
static partial class OpenFileLimit
{
    const int ResourceOnLinux = 7;
    const int ResourceOnMacOS = 8;

    public static int Get()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return int.MaxValue;
        return GetLimit(OperatingSystem.IsLinux() ? ResourceOnLinux : ResourceOnMacOS, out var limit) == 0
            ? (int)Math.Min(limit.Current, int.MaxValue)
            : int.MaxValue;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    struct Limit
    {
        public ulong Current;
        public ulong Max;
    }
}
