namespace NettyKafka.Benchmarks.Reports;

/// <summary>From the start of a process to its first answer, several times; and the memory that it then had.</summary>
sealed record StartupResult(IReadOnlyList<TimeSpan> Times, long ResidentBytes)
{
    public TimeSpan Fastest => Times.Min();

    public TimeSpan Median => TimeSpan.FromMilliseconds(Statistics.Median(Times.Select(time => time.TotalMilliseconds)));
}
