namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>The scenarios of the report, in its order.</summary>
static class AllScenarios
{
    const int Kibibyte = 1024;
    const int Mebibyte = 1024 * Kibibyte;

    /// <summary>
    /// Many small requests on the ways that the scenarios take. A large request calls so little code that the just-in-time compiler would still be at work, and
    /// most of the CPU time its own, while it is measured.
    /// </summary>
    public static IReadOnlyList<Scenario> CreateWarmUp() =>
    [
        new SmallRequests(connections: 8, depth: 4),
        new ProduceBatches("produce 16 KiB", recordSize: 100, 16 * Kibibyte, connections: 8, depth: 4),
        new FetchBatches("fetch 16 KiB", 16 * Kibibyte, connections: 8, depth: 4),
        new Heartbeats(connections: 8, depth: 4),
        new OffsetCommits(groups: 8, connections: 8, depth: 4),
    ];

    public static IReadOnlyList<Scenario> Create() =>
    [
        new SmallRequests(connections: 1, depth: 1),
        new SmallRequests(connections: 8, depth: 1),
        new SmallRequests(connections: 8, depth: 16),
        new ProduceBatches("produce 1 MiB of 1 KiB", Kibibyte, Mebibyte, connections: 1, depth: 1),
        new ProduceBatches("produce 1 MiB of 1 KiB", Kibibyte, Mebibyte, connections: 8, depth: 2),
        new ProduceBatches("produce 64 KiB of 100 B", recordSize: 100, 64 * Kibibyte, connections: 1, depth: 5),
        new FetchBatches("fetch 1 MiB", Mebibyte, connections: 1, depth: 1),
        new FetchBatches("fetch 1 MiB", Mebibyte, connections: 8, depth: 2),
        new EndToEnd(),
        new Heartbeats(connections: 64, depth: 1),
        new Heartbeats(connections: 64, depth: 16),
        new OffsetCommits(groups: 64, connections: 64, depth: 1),
        new OffsetCommits(groups: 64, connections: 64, depth: 16),
    ];
}
