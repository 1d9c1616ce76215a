namespace NettyKafka.Benchmarks.Transactions;

/// <summary>How much the benchmarks of transactions do.</summary>
/// <param name="Rounds">Every figure comes from as many pairs.</param>
/// <param name="Transactions">Of one producer in a round.</param>
/// <param name="Waves">Transactions of each of many producers in a round.</param>
/// <param name="Fetches">Fetches in a round.</param>
/// <param name="TransactionalIds">Of the broker whose start is measured.</param>
sealed record TransactionPlan(int Rounds, int Transactions, int Waves, int Fetches, int TransactionalIds)
{
    /// <summary>A minute or two.</summary>
    public static TransactionPlan Full { get; } = new(Rounds: 7, Transactions: 2_000, Waves: 50, Fetches: 5_000, TransactionalIds: 10_000);

    /// <summary>A few seconds; for a look, not for a comparison.</summary>
    public static TransactionPlan Quick { get; } = new(Rounds: 3, Transactions: 200, Waves: 5, Fetches: 500, TransactionalIds: 1_000);
}
