using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NettyKafka.Tests.Clients;

/// <summary>A start that cannot succeed ends with exit code 1 and one line on standard error that says what and which.</summary>
public sealed class StartFailureTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("nettykafka-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task A_port_in_use()
    {
        using var occupied = new TcpListener(IPAddress.Loopback, 0);
        occupied.Start();

        await FailsAsync($"PLAINTEXT://{occupied.LocalEndpoint}", "--listen", $"{occupied.LocalEndpoint}");
    }

    [Test]
    public Task A_config_file_that_is_not_there() => FailsAsync("no-such.properties", "no-such.properties");

    [Test]
    public Task A_wrong_value() => FailsAsync("num.partitions=many", "--override", "num.partitions=many");

    [Test]
    public async Task A_data_directory_that_is_a_file()
    {
        var file = Path.Combine(directory, "file");
        await File.WriteAllTextAsync(file, "");

        await FailsAsync(file, "--data", file);
    }

    [Test]
    public async Task A_data_directory_that_another_broker_holds()
    {
        await using var broker = await BrokerProcess.StartAsync();

        await FailsAsync(broker.DataDirectory, "--data", broker.DataDirectory);
    }

    async Task FailsAsync(string named, params string[] arguments)
    {
        string[] defaults = arguments.Contains("--data") ? [] : ["--data", Path.Combine(directory, "data")];
        string[] listen = arguments.Contains("--listen") ? [] : ["--listen", "127.0.0.1:0"];
        var start = new ProcessStartInfo("dotnet", [Repository.BuiltBroker, "serve", .. arguments, .. defaults, .. listen])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();

        Assert.That(process.ExitCode, Is.EqualTo(1), errors);
        Assert.That(errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1), errors);
        Assert.That(errors, Does.Contain(named));
    }
}
