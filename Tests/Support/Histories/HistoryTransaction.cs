namespace NettyKafka.Tests.Support.Histories;

/// <summary>What a client knows of how its transaction has ended.</summary>
public enum TransactionOutcome
{
    Open,
    Committed,
    Aborted,

    /// <summary>A commit was asked for and not answered.</summary>
    Unknown,
}

/// <summary>A transaction of a producer.</summary>
public sealed class HistoryTransaction(History history, long at, string producer)
{
    public const long Never = long.MaxValue;

    public string Producer => producer;

    public long BeganAt => at;

    /// <summary>When the commit was asked for, the first time.</summary>
    public long EndingAt { get; private set; } = Never;

    /// <summary>When the commit was acknowledged.</summary>
    public long EndedAt { get; private set; } = Never;

    public TransactionOutcome Outcome { get; private set; }

    /// <summary>Its commit is asked for; until there is an answer nobody knows.</summary>
    public void Committing()
    {
        if (EndingAt == Never)
            EndingAt = history.Now();
        Outcome = TransactionOutcome.Unknown;
    }

    public void Committed() => (EndedAt, Outcome) = (history.Now(), TransactionOutcome.Committed);

    /// <summary>It is over and was not committed: it was to be aborted, its commit was refused, or its producer is gone.</summary>
    public void Aborted() => Outcome = TransactionOutcome.Aborted;

    public override string ToString() => $"the transaction of {producer} begun at {at} ({Outcome})";
}
