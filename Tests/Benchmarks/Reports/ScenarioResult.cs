using NettyKafka.Benchmarks.Load;

namespace NettyKafka.Benchmarks.Reports;

/// <summary>The paired rounds of one scenario: of the broker, and of the limit or whatever else the broker is compared with.</summary>
sealed class ScenarioResult(string name, bool isBulk, string limitName = "limit")
{
    readonly List<Measurement> broker = [];
    readonly List<Measurement> limit = [];

    public static Table NewTable(TextWriter output)
    {
        var table = new Table(output, "scenario, connections x in flight", "requests/s", "spread", "MB/s", "CPU s/GB", "CPU s/M req.", "p50 µs", "p99 µs", "p99.9 µs", "alloc. B/req.") { FirstWidth = 46 };
        table.WriteHead();
        return table;
    }

    public string Name => name;

    /// <summary>The CPU time of a request as a multiple of the limit's.</summary>
    public double CpuRatio => RatioOf(round => round.CpuSecondsPerMillionRequests);

    public double? BrokerAllocatedBytes => Allocated(broker);

    public double BrokerMilliseconds(double share) => Microseconds(broker, share) / 1000;

    public double LimitMilliseconds(double share) => Microseconds(limit, share) / 1000;

    public object Figures() => new { Name, Broker = FiguresOf(broker), Limit = FiguresOf(limit), Ratios = new { RequestsPerSecond = RatioOf(round => round.RequestsPerSecond), Cpu = CpuRatio } };

    public void Add(Measurement ofBroker, Measurement ofLimit)
    {
        broker.Add(ofBroker);
        limit.Add(ofLimit);
    }

    public void WriteTo(Table table)
    {
        table.WriteRow([$"{name}: broker", .. Cells(broker)]);
        table.WriteRow([$"  {limitName}", .. Cells(limit)]);
        table.WriteRow([$"  broker / {limitName}", .. Ratios()]);
    }

    IEnumerable<string> Cells(List<Measurement> rounds) =>
    [
        Figure.Format(Median(rounds, round => round.RequestsPerSecond)),
        Figure.Percent(Statistics.Spread(rounds.ConvertAll(round => round.RequestsPerSecond))),
        isBulk ? Figure.Format(Median(rounds, round => round.MegabytesPerSecond)) : Figure.None,
        isBulk ? Figure.Format(Median(rounds, round => round.CpuSecondsPerGigabyte)) : Figure.None,
        Figure.Format(Median(rounds, round => round.CpuSecondsPerMillionRequests)),
        Figure.Format(Microseconds(rounds, 0.5)),
        Figure.Format(Microseconds(rounds, 0.99)),
        Figure.Format(Microseconds(rounds, 0.999)),
        Figure.Format(Allocated(rounds)),
    ];

    IEnumerable<string> Ratios() =>
    [
        Ratio(round => round.RequestsPerSecond),
        "",
        isBulk ? Ratio(round => round.MegabytesPerSecond) : Figure.None,
        isBulk ? Ratio(round => round.CpuSecondsPerGigabyte) : Figure.None,
        Ratio(round => round.CpuSecondsPerMillionRequests),
        Figure.Format(Microseconds(broker, 0.5) / Microseconds(limit, 0.5)),
        Figure.Format(Microseconds(broker, 0.99) / Microseconds(limit, 0.99)),
        Figure.Format(Microseconds(broker, 0.999) / Microseconds(limit, 0.999)),
        Figure.None,
    ];

    // The two of a round ran one after the other, so that a disturbance of the machine is likely to have met both.
    double RatioOf(Func<Measurement, double> figure) => Statistics.Median(broker.Zip(limit, (ofBroker, ofLimit) => figure(ofBroker) / figure(ofLimit)));

    string Ratio(Func<Measurement, double> figure) => Figure.Format(RatioOf(figure));

    static object FiguresOf(List<Measurement> rounds) => new
    {
        RequestsPerSecond = Median(rounds, round => round.RequestsPerSecond),
        Spread = Statistics.Spread(rounds.ConvertAll(round => round.RequestsPerSecond)),
        MegabytesPerSecond = Median(rounds, round => round.MegabytesPerSecond),
        CpuSecondsPerGigabyte = Median(rounds, round => round.CpuSecondsPerGigabyte),
        CpuSecondsPerMillionRequests = Median(rounds, round => round.CpuSecondsPerMillionRequests),
        P50Microseconds = Microseconds(rounds, 0.5),
        P99Microseconds = Microseconds(rounds, 0.99),
        P999Microseconds = Microseconds(rounds, 0.999),
        AllocatedBytesPerRequest = Allocated(rounds),
    };

    static double Median(List<Measurement> rounds, Func<Measurement, double> figure) => Statistics.Median(rounds.Select(figure));

    static double? Allocated(List<Measurement> rounds) =>
        rounds.TrueForAll(round => round.AllocatedBytesPerRequest is not null) ? Statistics.Median(rounds.Select(round => round.AllocatedBytesPerRequest!.Value)) : null;

    // Percentiles are of all rounds together: one alone has too few requests for the last of them.
    static double Microseconds(List<Measurement> rounds, double share)
    {
        var all = new LatencyHistogram();
        rounds.ForEach(round => all.Add(round.Latency));
        return all.Percentile(share).TotalMicroseconds;
    }
}
