using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: producer ids and transactions.</summary>
static class TransactionKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Int("add.partitions.to.txn.retry.backoff.max.ms", 100, High, AtLeast(0)).Used("How long the broker tries by itself to add partitions to a transaction while the one before it ends."),
        Int("add.partitions.to.txn.retry.backoff.ms", 20, High, AtLeast(1)).Used("The time between two of these tries."),
        Int("producer.id.expiration.check.interval.ms", 600_000, Low, AtLeast(1)).Internal().Used("How often idle producer ids are looked for."),
        Int("producer.id.expiration.ms", 86_400_000, Low, AtLeast(1)).ClusterWide().Used("How long the state of an idle producer id is kept."),
        Int("transaction.abort.timed.out.transaction.cleanup.interval.ms", 10_000, Low, AtLeast(1)).Used("How often timed-out transactions are looked for."),
        Int("transaction.max.timeout.ms", 900_000, High, AtLeast(1)).Used("Transaction timeout that a producer may ask for at most."),
        Boolean("transaction.partition.verification.enable", true, Low).ClusterWide().Used("Whether a transactional batch must belong to an open transaction."),
        Int("transaction.remove.expired.transaction.cleanup.interval.ms", 3_600_000, Low, AtLeast(1)).Used("How often expired transactional ids are looked for."),
        Int("transaction.state.log.load.buffer.size", 5_242_880, High, AtLeast(1)),
        Int("transaction.state.log.min.isr", 2, High, AtLeast(1)).Used("min.insync.replicas of __transaction_state; never more than it has replicas."),
        Int("transaction.state.log.num.partitions", 50, High, AtLeast(1)).Used("Partitions of __transaction_state."),
        Short("transaction.state.log.replication.factor", 3, High, AtLeast(1)).Used("Replication factor of __transaction_state; never more than there are nodes."),
        Int("transaction.state.log.segment.bytes", 104_857_600, High, AtLeast(1)).Used("Segment size of __transaction_state."),
        Boolean("transaction.two.phase.commit.enable", false, Low),
        Int("transactional.id.expiration.ms", 604_800_000, High, AtLeast(1)).Used("How long an idle transactional id is kept."),
    ];
}
