using System.Globalization;
using NettyKafka.Benchmarks.Load;

namespace NettyKafka.Benchmarks;

/// <summary>How much is run. Every figure of the report comes from <paramref name="Rounds"/> windows of broker and limit in turn.</summary>
sealed record BenchPlan(int Rounds, int Starts, LoadWindow CompilerWarmUp, LoadWindow WarmUp, LoadWindow Window)
{
    const long Gigabyte = 1_000_000_000;

    /// <summary>At most four minutes.</summary>
    public static BenchPlan Full { get; } = new(
        Rounds: 5, Starts: 7, CompilerWarmUp: Seconds(0, 4, 4 * Gigabyte), WarmUp: Seconds(0, 1, 2 * Gigabyte), Window: Seconds(0.25, 1.2, 1 * Gigabyte));

    /// <summary>Less than a minute; for a look, not for a comparison.</summary>
    public static BenchPlan Quick { get; } = new(
        Rounds: 3, Starts: 3, CompilerWarmUp: Seconds(0, 1, 1 * Gigabyte), WarmUp: Seconds(0, 0.4, Gigabyte / 4), Window: Seconds(0.1, 0.35, Gigabyte / 4));

    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Rounds} of {Window.Measured.TotalSeconds:0.##} s or {Window.MaxBytes / 1e9:0.##} GB, broker and limit in turn; medians and ratios of the pairs; percentiles of all rounds");

    static LoadWindow Seconds(double warmUp, double measured, long maxBytes) => new(TimeSpan.FromSeconds(warmUp), TimeSpan.FromSeconds(measured), maxBytes);
}
