namespace NettyKafka.Benchmarks.Reports;

/// <summary>What the broker is to reach on two cores of loopback with its client beside it: CPU as ratios to the limit, the rest as it is.</summary>
sealed class Goals(IReadOnlyList<ScenarioResult> results, StartupResult broker, StartupResult? published)
{
    const string Ratio = "x the limit";
    const double Megabyte = 1e6;

    public IEnumerable<Goal> All() =>
    [
        new("produce 1 MiB, 1x1: CPU", CpuRatio("produce 1 MiB of 1 KiB, 1x1"), 1.6, Ratio),
        new("produce 1 MiB, 8x2: CPU", CpuRatio("produce 1 MiB of 1 KiB, 8x2"), 1.6, Ratio),
        new("fetch 1 MiB, 8x2: CPU", CpuRatio("fetch 1 MiB, 8x2"), 1.3, Ratio),
        new("heartbeat, 64x1: CPU", CpuRatio("heartbeat, 64x1"), 2, Ratio),
        new("heartbeat, 64x16: CPU", CpuRatio("heartbeat, 64x16"), 2, Ratio),
        new("offset commit, 64x1: CPU", CpuRatio("offset commit, 64 groups, 64x1"), 2, Ratio),
        new("offset commit, 64x16: CPU", CpuRatio("offset commit, 64 groups, 64x16"), 2, Ratio),
        new("produce to fetch, 1,000/s: p50", Find("produce to fetch, 1000/s, 2x1")?.BrokerMilliseconds(0.5), 0.25, "ms"),
        new("produce to fetch, 1,000/s: p99", Find("produce to fetch, 1000/s, 2x1")?.BrokerMilliseconds(0.99), 1, "ms"),
        new("  of the limit", Find("produce to fetch, 1000/s, 2x1")?.LimitMilliseconds(0.99), 0.3, "ms"),
        new("produce 64 KiB: allocation", Find("produce 64 KiB of 100 B, 1x5")?.BrokerAllocatedBytes, 2048, "B a request"),
        new("fetch 1 MiB, 1x1: allocation", Find("fetch 1 MiB, 1x1")?.BrokerAllocatedBytes, 2048, "B a request"),
        new("start to the first answer, published", published?.Median.TotalMilliseconds, 30, "ms"),
        new("start to the first answer, just-in-time compiled", broker.Median.TotalMilliseconds, 200, "ms"),
        new("resident when idle, published", published?.ResidentBytes / Megabyte, 25, "MB"),
        new("resident when idle, just-in-time compiled", broker.ResidentBytes / Megabyte, 60, "MB"),
    ];

    public static void Write(TextWriter output, IEnumerable<Goal> goals)
    {
        var table = new Table(output, "goal", "measured", "at most", "unit", "verdict") { FirstWidth = 50 };
        table.WriteHead();
        foreach (var goal in goals)
            table.WriteRow(goal.What, Figure.Format(goal.Measured), Figure.Format(goal.AtMost), goal.Unit, goal.Verdict);
    }

    ScenarioResult? Find(string name) => results.FirstOrDefault(result => result.Name == name);

    double? CpuRatio(string name) => Find(name)?.CpuRatio;
}
