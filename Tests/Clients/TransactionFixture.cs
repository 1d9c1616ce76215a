namespace NettyKafka.Tests.Clients;

/// <summary>A broker that soon aborts the transactions whose time is over.</summary>
public abstract class TransactionFixture : GroupFixture
{
    protected override string[] Overrides =>
    [
        .. base.Overrides,
        "transaction.state.log.num.partitions=4",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms=100",
    ];
}
