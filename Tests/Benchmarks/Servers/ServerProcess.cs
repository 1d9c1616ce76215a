using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>A server started as a child and known by the port in its readiness line; <see cref="Dispose"/> stops it.</summary>
sealed class ServerProcess : IDisposable
{
    public const string ReadyPrefix = "Awaiting socket connections on 127.0.0.1:";

    const int LastLines = 20;
    const int Sigterm = 15;

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LongestIdleWait = TimeSpan.FromSeconds(3);
    static readonly TimeSpan IdleWindow = TimeSpan.FromMilliseconds(50);

    readonly Process process;
    readonly bool isProbed;
    readonly BlockingCollection<int> ports = [];
    readonly BlockingCollection<string> answers = [];
    readonly ConcurrentQueue<string> output = new();

    public ServerProcess(ProcessStartInfo start, bool isProbed)
    {
        this.isProbed = isProbed;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            Port = TakePort();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Port { get; }

    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public long PeakResidentBytes
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>What the process has used so far: as its <see cref="UsageProbe"/> says, else the CPU time that the system knows, in steps of 10 ms.</summary>
    public ServerUsage Usage()
    {
        if (isProbed)
            return UsageProbe.ParseUsage(Ask(UsageProbe.Question));
        process.Refresh();
        return new(process.TotalProcessorTime, null);
    }

    /// <summary>The managed memory that a full collection leaves; null for a process that has no probe to tell it.</summary>
    public long? ManagedBytes() => isProbed ? UsageProbe.ParseMemory(Ask(UsageProbe.MemoryQuestion)) : null;

    /// <summary>Waits for work that no request waits for, such as the deletion of files, so that it is not counted as the next load's.</summary>
    public void WaitUntilIdle()
    {
        var waited = Stopwatch.StartNew();
        var before = Usage().Cpu;
        while (waited.Elapsed < LongestIdleWait)
        {
            Thread.Sleep(IdleWindow);
            var now = Usage().Cpu;
            if (now - before < IdleWindow / 10)
                return;
            before = now;
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Stop();
        process.Dispose();
        ports.Dispose();
        answers.Dispose();
    }

    string Ask(byte question)
    {
        process.StandardInput.BaseStream.WriteByte(question);
        process.StandardInput.BaseStream.Flush();
        return answers.TryTake(out var answer, Timeout)
            ? answer
            : throw new TimeoutException($"{process.StartInfo.FileName} does not tell what it has used:\n{LastOutput()}");
    }

    void Stop()
    {
        if (OperatingSystem.IsWindows() || Kill(process.Id, Sigterm) != 0 || !process.WaitForExit(Timeout))
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    int TakePort()
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Timeout)
        {
            if (ports.TryTake(out var port, TimeSpan.FromMilliseconds(100)))
                return port;
            if (process.HasExited)
                break;
        }

        throw new InvalidOperationException($"{process.StartInfo.FileName} did not become ready:\n{LastOutput()}");
    }

    void Read(string? line)
    {
        if (line is null)
            return;
        if (line.StartsWith(UsageProbe.AnswerPrefix, StringComparison.Ordinal))
        {
            answers.Add(line);
            return;
        }

        output.Enqueue(line);
        if (output.Count > LastLines)
            output.TryDequeue(out _);
        if (line.IndexOf(ReadyPrefix, StringComparison.Ordinal) is var at and >= 0)
            ports.Add(ParsePort(line.AsSpan(at + ReadyPrefix.Length)));
    }

    string LastOutput() => string.Join('\n', output);

    static int ParsePort(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExceptInRange('0', '9');
        return int.Parse(length < 0 ? text : text[..length], CultureInfo.InvariantCulture);
    }

    [DllImport("libc", EntryPoint = "kill")]
    static extern int Kill(int processId, int signal);
}
