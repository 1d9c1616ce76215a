namespace NettyKafka.Benchmarks.Groups;

/// <summary>What the benchmarks of groups share: how much to do, the broker's program, and a place for its data.</summary>
sealed record GroupRun(GroupPlan Plan, string Program, string DataDirectory)
{
    /// <summary>Groups begin without waiting for more members, nobody's session ends, and no connection of the many that are opened at once is turned away.</summary>
    public static readonly IReadOnlyCollection<string> Settings =
    [
        "group.initial.rebalance.delay.ms=0",
        "group.consumer.max.session.timeout.ms=3600000",
        "group.consumer.session.timeout.ms=3600000",
        "socket.listen.backlog.size=2000",
    ];

    public string DirectoryOf(string name) => Path.Combine(DataDirectory, name);

    public GroupBroker StartBroker(string name, params IEnumerable<string> settings) => new(Program, DirectoryOf(name), [.. Settings, .. settings]);

    /// <summary>Does the one and the other in every round, the first of them in turn; the first round is not counted.</summary>
    public static List<(T Ours, T Other)> TakeTurns<T>(int rounds, Func<T> ours, Func<T> other)
    {
        List<(T, T)> figures = [];
        for (var round = -1; round < rounds; round++)
        {
            var isOursFirst = round % 2 == 0;
            var first = (isOursFirst ? ours : other)();
            var second = (isOursFirst ? other : ours)();
            if (round >= 0)
                figures.Add(isOursFirst ? (first, second) : (second, first));
        }

        return figures;
    }
}
