namespace NettyKafka.Benchmarks.Embedded;

/// <summary>How often and how much embedded brokers are measured.</summary>
/// <param name="Rounds">Rounds of each pair.</param>
/// <param name="Records">Records of a round that are sent and read as fast as they go.</param>
/// <param name="Single">Records of a round that are sent one after the other.</param>
/// <param name="Brokers">Brokers that run at the same time.</param>
sealed record EmbeddedPlan(int Rounds, int Records, int Single, int Brokers)
{
    public static EmbeddedPlan Full { get; } = new(9, 300_000, 2_000, 100);

    public static EmbeddedPlan Quick { get; } = new(3, 50_000, 500, 30);
}
