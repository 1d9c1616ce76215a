namespace NettyKafka.Server.Transactions;

/// <summary>Where a transactional id is; the numbers are those of Kafka's log.</summary>
public enum TransactionState : sbyte
{
    /// <summary>A producer is there and has no transaction yet.</summary>
    Empty = 0,

    Ongoing = 1,

    /// <summary>It will be committed, whatever happens: markers are being written.</summary>
    PrepareCommit = 2,

    /// <summary>It will be aborted, whatever happens: markers are being written.</summary>
    PrepareAbort = 3,

    CompleteCommit = 4,

    CompleteAbort = 5,

    /// <summary>In Kafka on the way to its removal, which here is one step. Known as a filter only.</summary>
    Dead = 6,

    /// <summary>In Kafka on the way to an abort, which here is one step. Known as a filter only.</summary>
    PrepareEpochFence = 7,
}

/// <summary>Which state may follow which.</summary>
static class TransactionStates
{
    public static bool CanFollow(this TransactionState next, TransactionState previous) => next switch
    {
        TransactionState.Empty => previous is TransactionState.Empty or TransactionState.CompleteCommit or TransactionState.CompleteAbort,
        TransactionState.Ongoing => previous is TransactionState.Ongoing or TransactionState.Empty or TransactionState.CompleteCommit or TransactionState.CompleteAbort,
        TransactionState.PrepareCommit => previous == TransactionState.Ongoing,
        // Without a transaction only by a client of transaction version 2, whose abort bumps its epoch all the same.
        TransactionState.PrepareAbort => previous is TransactionState.Ongoing or TransactionState.Empty or TransactionState.CompleteCommit or TransactionState.CompleteAbort,
        TransactionState.CompleteCommit => previous == TransactionState.PrepareCommit,
        TransactionState.CompleteAbort => previous == TransactionState.PrepareAbort,
        _ => false,
    };

    /// <summary>Whether it is decided and markers are being written.</summary>
    public static bool IsEnding(this TransactionState state) => state is TransactionState.PrepareCommit or TransactionState.PrepareAbort;

    /// <summary>Whether nothing of a transaction is left.</summary>
    public static bool IsIdle(this TransactionState state) => state is TransactionState.Empty or TransactionState.CompleteCommit or TransactionState.CompleteAbort;
}
