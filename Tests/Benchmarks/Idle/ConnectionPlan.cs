namespace NettyKafka.Benchmarks.Idle;

/// <summary>How many idle connections are opened; either side needs as many open files.</summary>
sealed record ConnectionPlan(int Plaintext, int Tls)
{
    public static ConnectionPlan Full { get; } = new(10_000, 2_000);

    public static ConnectionPlan Quick { get; } = new(1_000, 500);
}
