using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support.Histories;

public enum SendOutcome
{
    /// <summary>Not answered, or with an error that leaves it open.</summary>
    Unknown,
    Acknowledged,

    /// <summary>Refused: it is not written, and never will be.</summary>
    Failed,
}

/// <summary>A batch that a producer has sent.</summary>
public sealed class HistorySend(History history, long at, string producer, TopicPartition partition, IReadOnlyList<string> values, HistoryTransaction? transaction, bool isIdempotent)
{
    readonly List<long> baseOffsets = [];
    bool isOpen;

    public long At => at;

    public string Producer => producer;

    public TopicPartition Partition => partition;

    public IReadOnlyList<string> Values => values;

    public HistoryTransaction? Transaction => transaction;

    /// <summary>A value that comes twice is an error.</summary>
    public bool IsIdempotent => isIdempotent;

    public SendOutcome Outcome { get; private set; }

    public long AcknowledgedAt { get; private set; } = HistoryTransaction.Never;

    /// <summary>One for each acknowledgement that named one.</summary>
    public IReadOnlyList<long> BaseOffsets => baseOffsets;

    public void Acknowledge(long? baseOffset)
    {
        if (Outcome != SendOutcome.Acknowledged)
            AcknowledgedAt = history.Now();
        Outcome = SendOutcome.Acknowledged;
        if (baseOffset is { } offset && !baseOffsets.Contains(offset))
            baseOffsets.Add(offset);
    }

    /// <summary>Nobody knows what has come of it; a refusal of a retry does not change that.</summary>
    public void Lose() => isOpen = true;

    public void Fail()
    {
        if (!isOpen && Outcome == SendOutcome.Unknown)
            Outcome = SendOutcome.Failed;
    }

    public override string ToString() => $"{string.Join(',', values)} of {producer} to {partition} ({Outcome}{(transaction is null ? "" : $", in {transaction}")})";
}
