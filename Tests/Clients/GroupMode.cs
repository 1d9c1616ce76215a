using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>How the members of a group subscribe, and who shares the partitions among them by which rule.</summary>
public sealed record GroupMode(GroupProtocol Protocol, string Assignor, bool IsPattern = false, bool IsStatic = false)
{
    public static GroupMode[] All { get; } =
    [
        new(GroupProtocol.Classic, "range"),
        new(GroupProtocol.Classic, "roundrobin", IsPattern: true),
        new(GroupProtocol.Classic, "cooperative-sticky"),
        new(GroupProtocol.Classic, "cooperative-sticky", IsPattern: true, IsStatic: true),
        new(GroupProtocol.Consumer, "uniform"),
        new(GroupProtocol.Consumer, "range", IsPattern: true),
        new(GroupProtocol.Consumer, "uniform", IsPattern: true, IsStatic: true),
    ];

    /// <summary>Whether a member keeps what it will own after a rebalance while the rebalance goes on.</summary>
    public bool IsCooperative => Protocol == GroupProtocol.Consumer || Assignor == "cooperative-sticky";

    public override string ToString() => $"{Protocol} {Assignor}{(IsPattern ? ", pattern" : "")}{(IsStatic ? ", static" : "")}";

    internal void Configure(ConsumerConfig config, TimeSpan sessionTimeout)
    {
        config.GroupProtocol = Protocol;
        if (Protocol == GroupProtocol.Consumer)
        {
            config.GroupRemoteAssignor = Assignor;
            return;
        }
        config.Set("partition.assignment.strategy", Assignor);
        config.SessionTimeoutMs = (int)sessionTimeout.TotalMilliseconds;
        config.HeartbeatIntervalMs = 200;
    }
}
