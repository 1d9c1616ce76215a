namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>The scenarios of the report, in its order.</summary>
static class AllScenarios
{
    const int Kibibyte = 1024;
    const int Mebibyte = 1024 * Kibibyte;

    public static IReadOnlyList<Scenario> Create() =>
    [
        new SmallRequests(connections: 1, depth: 1),
        new SmallRequests(connections: 8, depth: 1),
        new SmallRequests(connections: 8, depth: 16),
        new ProduceBatches("produce 1 MiB of 1 KiB", Kibibyte, Mebibyte, connections: 1, depth: 1),
        new ProduceBatches("produce 1 MiB of 1 KiB", Kibibyte, Mebibyte, connections: 8, depth: 2),
        new ProduceBatches("produce 64 KiB of 100 B", recordSize: 100, 64 * Kibibyte, connections: 1, depth: 5),
        new FetchBatches(connections: 1, depth: 1),
        new FetchBatches(connections: 8, depth: 2),
        new EndToEnd(),
    ];
}
