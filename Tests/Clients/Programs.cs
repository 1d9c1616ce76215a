using System.ComponentModel;
using System.Diagnostics;

namespace NettyKafka.Tests.Clients;

/// <summary>The clients that are programs of the system, not libraries.</summary>
static class Programs
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Skips the tests, saying what is missing, where the program does not run.</summary>
    public static async Task Require(string package, string program, params string[] probe)
    {
        if (!await CanRunAsync(program, probe))
            Skip($"{package} is missing; ./build.sh --target=Test --install installs it.");
    }

    public static async Task<bool> CanRunAsync(string program, string[] arguments)
    {
        try
        {
            return (await ExecuteAsync(program, arguments, [])).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>On CI nothing may be missing: there a skip is a failure.</summary>
    public static void Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Ignore(reason);
    }

    /// <summary>Runs a program to its end, feeds it the input, and returns the lines it wrote.</summary>
    public static async Task<string[]> RunAsync(string program, string[] arguments, IEnumerable<string>? input = null)
    {
        var (exitCode, output, error) = await ExecuteAsync(program, arguments, input ?? []);
        Assert.That(exitCode, Is.Zero, () => $"{program} {string.Join(' ', arguments)}\n{error}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs a program to its end, however it ends, and returns all that it said.</summary>
    public static async Task<string> RunForOutputAsync(string program, string[] arguments, IEnumerable<string>? input = null)
    {
        var (_, output, error) = await ExecuteAsync(program, arguments, input ?? []);
        return output + error;
    }

    /// <summary>Runs a program to its end, however it ends.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> ExecuteAsync(string program, string[] arguments, IEnumerable<string> input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await FeedAsync(process, input);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Limit.TotalSeconds} s.");
        }
    }

    static async Task FeedAsync(Process process, IEnumerable<string> lines)
    {
        try
        {
            await process.StandardInput.WriteAsync(string.Concat(lines.Select(line => line + "\n")));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program that ends before it has read its input says why by its exit code and on its standard error.
        }
    }
}
