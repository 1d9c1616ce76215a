namespace NettyKafka.Tests.Clients;

/// <summary>A broker whose groups rebalance without delay and miss their members soon.</summary>
public abstract class GroupFixture : BrokerFixture
{
    /// <summary>How long a member of the consumer protocol may be silent; one of the classic protocol says it by itself.</summary>
    private protected static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(4);

    protected override string[] Overrides =>
    [
        "group.initial.rebalance.delay.ms=0",
        "group.min.session.timeout.ms=1000",
        "group.consumer.heartbeat.interval.ms=200",
        "group.consumer.min.heartbeat.interval.ms=200",
        $"group.consumer.min.session.timeout.ms={SessionTimeout.TotalMilliseconds}",
        $"group.consumer.session.timeout.ms={SessionTimeout.TotalMilliseconds}",
        "offsets.topic.num.partitions=4",
    ];

    private protected ConfluentClient Client => new(Broker);
}
