using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support.Histories;

/// <summary>An offset that was committed for a group, by itself or with a transaction.</summary>
public sealed class HistoryCommit(History history, long at, string group, TopicPartition partition, long offset, HistoryTransaction? transaction)
{
    public long At => at;

    public string Group => group;

    public TopicPartition Partition => partition;

    public long Offset => offset;

    public HistoryTransaction? Transaction => transaction;

    public SendOutcome Outcome { get; private set; }

    public long AcknowledgedAt { get; private set; } = HistoryTransaction.Never;

    public void Acknowledge() => (AcknowledgedAt, Outcome) = (history.Now(), SendOutcome.Acknowledged);

    public void Fail() => Outcome = SendOutcome.Failed;

    /// <summary>From when on it is what the group has committed, unless something later is.</summary>
    public long DefiniteAt => Outcome != SendOutcome.Acknowledged ? HistoryTransaction.Never
        : transaction is null ? AcknowledgedAt
        : transaction.Outcome == TransactionOutcome.Committed ? transaction.EndedAt : HistoryTransaction.Never;

    /// <summary>From when on it may be that.</summary>
    public long PossibleAt => Outcome == SendOutcome.Failed ? HistoryTransaction.Never
        : transaction is null ? at
        : transaction.Outcome is TransactionOutcome.Committed or TransactionOutcome.Unknown ? transaction.EndingAt : HistoryTransaction.Never;

    public override string ToString() => $"offset {offset} of {group} for {partition} ({Outcome}{(transaction is null ? "" : $", in {transaction}")})";
}
