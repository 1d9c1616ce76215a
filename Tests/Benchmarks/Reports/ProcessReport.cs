namespace NettyKafka.Benchmarks.Reports;

/// <summary>The table of start and memory: the limit's process first, then each program of the broker with its ratio to it.</summary>
sealed class ProcessReport
{
    readonly StartupResult limitStartup;
    readonly MemoryUse limitMemory;
    readonly Table table;

    public ProcessReport(TextWriter output, StartupResult limitStartup, MemoryUse limitMemory)
    {
        this.limitStartup = limitStartup;
        this.limitMemory = limitMemory;
        table = new(output, "process", "start to first answer, least ms", "median ms", "idle MB", "after load MB", "peak MB");
        table.WriteHead();
        table.WriteRow(["limit", .. Figures(limitStartup, limitMemory).Select(Figure.Format)]);
    }

    public void Write(string name, StartupResult startup, MemoryUse? memory)
    {
        var figures = Figures(startup, memory).ToList();
        table.WriteRow([name, .. figures.Select(Figure.Format)]);
        table.WriteRow(["  broker / limit", .. figures.Zip(Figures(limitStartup, limitMemory), (ofBroker, ofLimit) => Figure.Format(ofBroker / ofLimit))]);
    }

    static IEnumerable<double?> Figures(StartupResult startup, MemoryUse? memory) =>
        [startup.Fastest.TotalMilliseconds, startup.Median.TotalMilliseconds, startup.ResidentBytes / 1e6, memory?.AfterLoad / 1e6, memory?.Peak / 1e6];
}
