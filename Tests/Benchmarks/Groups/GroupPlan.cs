using NettyKafka.Benchmarks.Load;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>How much the benchmarks of groups do.</summary>
sealed record GroupPlan
{
    /// <summary>A few minutes.</summary>
    public static GroupPlan Full { get; } = new();

    /// <summary>About half a minute; for a look, not for a comparison.</summary>
    public static GroupPlan Quick { get; } = new()
    {
        Rounds = 3,
        WarmUp = new(TimeSpan.Zero, TimeSpan.FromSeconds(0.3), long.MaxValue),
        Window = new(TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(0.2), long.MaxValue),
        ConsumerMembers = [1, 10, 100],
        Members = 1000,
        MaxPartitions = 100,
        IdleGroups = 20_000,
    };

    public int Rounds { get; private init; } = 5;

    public LoadWindow WarmUp { get; private init; } = new(TimeSpan.Zero, TimeSpan.FromSeconds(1), long.MaxValue);

    public LoadWindow Window { get; private init; } = new(TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(1), long.MaxValue);

    /// <summary>Sizes of the classic groups that are rebalanced.</summary>
    public IReadOnlyList<int> ClassicMembers { get; private init; } = [1, 10, 100, 1000];

    /// <summary>Sizes of the consumer groups that are formed.</summary>
    public IReadOnlyList<int> ConsumerMembers { get; private init; } = [1, 10, 100, 1000, 10_000];

    /// <summary>The partitions of a consumer group's topic, where there are not fewer members.</summary>
    public int MaxPartitions { get; private init; } = 1000;

    /// <summary>Members of each kind that send heartbeats, and whose memory is asked for.</summary>
    public int Members { get; private init; } = 10_000;

    public int IdleGroups { get; private init; } = 100_000;

    /// <summary>What takes a millisecond is repeated more often than what takes seconds.</summary>
    public int RoundsOf(int members) => members >= 10_000 ? 1 : Math.Max(Rounds, Math.Min(50, 1000 / members));
}
