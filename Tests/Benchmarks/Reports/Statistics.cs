namespace NettyKafka.Benchmarks.Reports;

/// <summary>What is said of the figures of several rounds.</summary>
static class Statistics
{
    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Half the distance between the least and the greatest figure, as a share of the median.</summary>
    public static double Spread(IReadOnlyCollection<double> figures) => (figures.Max() - figures.Min()) / 2 / Median(figures);
}
