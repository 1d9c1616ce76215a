using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>
/// A thread in the measured process that answers every byte on standard input: with the CPU time and the allocations so far, or with the memory that is in use after
/// a collection. It ends the process with its input, so that no server outlives the benchmark.
/// </summary>
static class UsageProbe
{
    public const string AnswerPrefix = "usage-so-far ";
    public const byte Question = (byte)'\n';
    public const byte MemoryQuestion = (byte)'m';

    public static void Start() => new Thread(Run) { IsBackground = true, Name = "usage-probe" }.Start();

    public static ServerUsage ParseUsage(string answer)
    {
        var figures = Parse(answer);
        return new(TimeSpan.FromTicks(figures[0]), figures[1]);
    }

    public static long ParseMemory(string answer) => Parse(answer)[0];

    static void Run()
    {
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        for (int question; (question = input.ReadByte()) >= 0;)
            output.Write(Encoding.ASCII.GetBytes($"{AnswerPrefix}{(question == MemoryQuestion ? Memory() : Usage())}\n"));
        Environment.Exit(0);
    }

    static string Usage() => string.Create(CultureInfo.InvariantCulture, $"{Environment.CpuUsage.TotalTime.Ticks} {GC.GetTotalAllocatedBytes(precise: true)}");

    static string Memory() => GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture);

    static long[] Parse(string answer) => [.. answer[AnswerPrefix.Length..].Split(' ').Select(figure => long.Parse(figure, CultureInfo.InvariantCulture))];
}
