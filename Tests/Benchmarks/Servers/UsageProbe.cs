using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>
/// A thread in the measured process that answers every byte on standard input with the CPU time and the allocations so far. It ends the process with its
/// input, so that no server outlives the benchmark.
/// </summary>
static class UsageProbe
{
    public const string AnswerPrefix = "usage-so-far ";
    public const byte Question = (byte)'\n';

    public static void Start() => new Thread(Run) { IsBackground = true, Name = "usage-probe" }.Start();

    public static ServerUsage Parse(string answer)
    {
        var figures = answer[AnswerPrefix.Length..].Split(' ');
        return new(TimeSpan.FromTicks(long.Parse(figures[0], CultureInfo.InvariantCulture)), long.Parse(figures[1], CultureInfo.InvariantCulture));
    }

    static void Run()
    {
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        while (input.ReadByte() >= 0)
            output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{AnswerPrefix}{Environment.CpuUsage.TotalTime.Ticks} {GC.GetTotalAllocatedBytes(precise: true)}\n")));
        Environment.Exit(0);
    }
}
