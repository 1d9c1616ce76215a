using NettyKafka.Benchmarks.Reports;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>What a broker needs for each of many things of a kind; managed memory is known of a program with a probe only.</summary>
readonly record struct MemoryEach(double Resident, double? Managed)
{
    public void Write(PairReport report, string name)
    {
        report.Write($"{name}, resident B each", [this], each => each.Resident);
        report.Write($"{name}, managed B each", [this], each => each.Managed ?? double.NaN);
    }

    /// <summary>Looks at a broker's memory before and after something.</summary>
    public static MemoryEach Of(GroupBroker broker, int count, Action make)
    {
        // The collection that the first look needs comes before it, so that what it frees is not in the difference.
        var managed = broker.Memory().Managed;
        var resident = broker.Memory().Resident;
        make();
        var after = broker.Memory();
        return new((double)(after.Resident - resident) / count, (double?)(after.Managed - managed) / count);
    }
}
