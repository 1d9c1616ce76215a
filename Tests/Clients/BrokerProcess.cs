using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NettyKafka.Tests.Clients;

/// <summary>
/// A broker in a process of its own, with a data directory of its own, on a port that the system chose and that it keeps over restarts.
/// </summary>
sealed class BrokerProcess : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    readonly string executable;
    readonly string[] overrides;
    readonly string[] options;
    readonly string data = Directory.CreateTempSubdirectory("nettykafka-").FullName;
    readonly StringBuilder log = new();
    Process? process;
    int port;

    BrokerProcess(string executable, string[] overrides, string[] options)
    {
        this.executable = executable;
        this.overrides = overrides;
        this.options = options;
    }

    public string BootstrapServers => $"127.0.0.1:{port}";

    public string DataDirectory => data;

    /// <summary>What of the process is in memory.</summary>
    public long MemoryBytes
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64;
        }
    }

    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>The built broker, or the one that the environment variable NETTYKAFKA names.</summary>
    public static string Executable => Environment.GetEnvironmentVariable("NETTYKAFKA") is { } named ? Repository.Path(named) : Repository.BuiltBroker;

    /// <summary>Runs one of the broker's commands to its end.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] command)
    {
        var (program, arguments) = ProgramOf(Executable, command);
        return Programs.ExecuteAsync(program, arguments, []);
    }

    public static Task<BrokerProcess> StartAsync(params string[] overrides) => StartAsync(Executable, overrides);

    public static async Task<BrokerProcess> StartAsync(string executable, string[] overrides, params string[] options)
    {
        var broker = new BrokerProcess(executable, overrides, options);
        try
        {
            await broker.LaunchAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops as an operator does, with SIGTERM, and starts again on the same data and port.</summary>
    public async Task RestartAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            await LaunchAsync();
        }
    }

    /// <summary>Kills the process as it stands (SIGKILL) and starts it again on the same data and port.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        await LaunchAsync();
    }

    public async Task StopAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            await KillAsync();
            return;
        }
        if (process!.HasExited)
            Assert.Fail($"The broker ended by itself with exit code {process.ExitCode}. Its log:\n{Log}");
        Signals.Terminate(process);
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            Assert.Fail($"The broker did not stop within {StopLimit.TotalSeconds} s of SIGTERM. Its log:\n{Log}");
        }
        var exitCode = process.ExitCode;
        Forget();
        Assert.That(exitCode, Is.Zero, () => $"The broker's exit code after SIGTERM. Its log:\n{Log}");
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await KillAsync();
        Directory.Delete(data, recursive: true);
    }

    async Task KillAsync()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        Forget();
    }

    void Forget()
    {
        process!.Dispose();
        process = null;
    }

    async Task LaunchAsync()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process = new() { StartInfo = Command() };
        process.OutputDataReceived += (_, line) => Read(line.Data, started);
        process.ErrorDataReceived += (_, line) => Read(line.Data, started);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var limit = Task.Delay(StartLimit);
        var first = await Task.WhenAny(started.Task, process.WaitForExitAsync(), limit);
        if (first == limit)
            throw new TimeoutException($"The broker was not ready after {StartLimit.TotalSeconds} s. Its log:\n{Log}");
        if (first != started.Task)
            throw new InvalidOperationException($"The broker ended with exit code {process.ExitCode} before it was ready. Its log:\n{Log}");
        if (port == 0)
            throw new InvalidOperationException($"The broker did not say its port. Its log:\n{Log}");
    }

    ProcessStartInfo Command()
    {
        var (program, arguments) = ProgramOf(executable, ["serve", "--listen", BootstrapServers, "--data", data, .. options, .. overrides.SelectMany(o => new[] { "--override", o })]);
        return new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
    }

    static (string Program, string[] Arguments) ProgramOf(string executable, string[] arguments) =>
        executable.EndsWith(".dll", StringComparison.Ordinal) ? ("dotnet", [executable, .. arguments]) : (executable, arguments);

    void Read(string? line, TaskCompletionSource started)
    {
        if (line is null)
            return;
        lock (log)
            log.AppendLine(line);
        // The first node's: further ones follow.
        if (port == 0 && Regex.Match(line, @"Awaiting socket connections on 127\.0\.0\.1:(\d+)\.") is { Success: true } listening)
            port = int.Parse(listening.Groups[1].Value, CultureInfo.InvariantCulture);
        if (line.Contains("Kafka Server started", StringComparison.Ordinal))
            started.TrySetResult();
    }
}
