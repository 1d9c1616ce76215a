using System.Runtime.InteropServices;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>sendfile(2): from the page cache to a socket without a copy in the process.</summary>
static class SendFile
{
    /// <summary>How many bytes were sent, at least one.</summary>
    public static long Send(int socket, int file, long position, long count)
    {
        var offset = position;
        var sent = sendfile(socket, file, ref offset, (nuint)count);
        return sent > 0 ? sent : throw new IOException($"sendfile: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", SetLastError = true)]
    static extern nint sendfile(int socket, int file, ref long offset, nuint count);
}
