using NettyKafka.Codec.Messages;
using NettyKafka.Tests.Support.Histories;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>One run of a simulation: work with power cuts, then an end to all that is open, and then the history has to hold.</summary>
sealed class TransactionRun(TransactionSimulation world, int seed)
{
    /// <summary>Between two of these the power goes.</summary>
    const int MostOperations = 250;

    readonly Random random = new(seed);
    readonly TransactionSteps steps = new(world, seed);

    public void Work(int count)
    {
        MayDie();
        for (var step = 0; step < count; step++)
        {
            try
            {
                steps.Step();
            }
            catch (IOException) when (world.HasFailed)
            {
                world.Note("the disk has failed");
            }

            if (world.HasFailed)
                Crash();
            world.Observe();
        }
    }

    /// <summary>What nobody ends is aborted after its time; then everything is readable to its end.</summary>
    public void Finish()
    {
        world.Disk.DiesAt = -1;
        if (random.Next(4) == 0)
            world.Restart();
        steps.Advance(TransactionSteps.LongestTransactionMs);
        steps.ReplayLate();
        foreach (var transaction in world.History.Transactions.Where(transaction => transaction.Outcome == TransactionOutcome.Open))
            transaction.Aborted();
        CheckIdle();
        world.History.Settle();
        world.Observe();
        steps.ReadOffsets(requireStable: true);
        foreach (var partition in TransactionSimulation.Partitions)
        {
            new SimulatedReader(world, "last committed", isReadCommitted: true).PollToEnd(partition);
            new SimulatedReader(world, "last uncommitted", isReadCommitted: false).PollToEnd(partition);
        }

        HistoryChecker.AssertHolds(world.History);
    }

    void Crash()
    {
        world.Note("crash");
        world.Crash(random);
        MayDie();
    }

    void MayDie()
    {
        if (random.Next(4) > 0)
            world.Disk.DiesAt = world.Disk.Operations + random.Next(MostOperations);
    }

    void CheckIdle()
    {
        var listed = world.Ask(new ListTransactionsRequest { StateFilters = ["Ongoing", "PrepareCommit", "PrepareAbort"] }, 1)!;
        Assert.That(listed.TransactionStates.Select(state => $"{state.TransactionalId} {state.TransactionState}"), Is.Empty, "every transaction has ended");
    }
}
