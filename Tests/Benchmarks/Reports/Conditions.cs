using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace NettyKafka.Benchmarks.Reports;

/// <summary>What the figures depend on besides the broker.</summary>
static class Conditions
{
    const string CongestionControl = "/proc/sys/net/ipv4/tcp_congestion_control";

    public static void WriteTo(TextWriter output, string broker, string flavour, string dataDirectory, params IReadOnlyCollection<string> settings)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Machine:    {Environment.ProcessorCount} cores, {ProcessorName()}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:0} GB, {RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version.ToString(3)}"));
        output.WriteLine($"Load:       {ReadLine("/proc/loadavg")} before the start");
        output.WriteLine($"Network:    loopback, congestion control {ReadLine(CongestionControl)}{(ReadLine(CongestionControl) == "bbr" ? " (its pacing halves bulk throughput on loopback, for broker and limit alike)" : "")}");
        output.WriteLine($"Data:       {dataDirectory} ({FileSystemOf(dataDirectory)})");
        output.WriteLine($"Broker:     {broker} ({flavour}), started with {(settings.Count == 0 ? "its defaults" : string.Join(", ", settings))}");
        output.WriteLine($"Client:     {RuntimeInformation.FrameworkDescription}; a thread with a blocking socket for each connection");
    }

    static string ProcessorName() =>
        Lines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();

    static string ReadLine(string path) => Lines(path).FirstOrDefault("unknown");

    static IEnumerable<string> Lines(string path) => File.Exists(path) ? File.ReadLines(path, Encoding.ASCII) : [];

    static string FileSystemOf(string directory) => DriveInfo.GetDrives()
        .Where(drive => drive.IsReady && directory.StartsWith(drive.Name, StringComparison.Ordinal))
        .MaxBy(drive => drive.Name.Length)?.DriveFormat ?? "unknown";
}
