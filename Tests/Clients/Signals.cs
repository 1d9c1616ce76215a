using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NettyKafka.Tests.Clients;

/// <summary>Asks a process to end, as an operator does.</summary>
static class Signals
{
    const int SigTerm = 15;

    public static void Terminate(Process process)
    {
        if (Kill(process.Id, SigTerm) != 0)
            throw new InvalidOperationException($"kill({process.Id}, {SigTerm}) failed.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Kill(int processId, int signal);
}
