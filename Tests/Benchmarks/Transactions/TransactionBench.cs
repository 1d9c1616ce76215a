using NettyKafka.Benchmarks.Groups;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Transactions;

/// <summary>Runs the benchmarks of transactions.</summary>
sealed class TransactionBench(BenchOptions options, ServerPrograms programs, string dataDirectory, TextWriter output)
{
    readonly GroupRun run = new(options.GroupPlan, programs.Broker, dataDirectory);

    public void Run()
    {
        Conditions.WriteTo(output, programs.Broker, ServerPrograms.FlavourOf(programs.Broker), dataDirectory, GroupRun.Settings);
        output.WriteLine($"Rounds:     {options.TransactionPlan.Rounds}; ours and what stands beside it in turn; medians and ratios of the pairs");
        output.WriteLine();
        var report = new PairReport(output, "plain produce");
        if (IsAsked("rates"))
            RunRates(report);
        if (IsAsked("fetches") || IsAsked("ids"))
            RunOthers(new(output, "without"));
    }

    bool IsAsked(string part) => part.Contains(options.Only, StringComparison.Ordinal);

    void RunRates(PairReport report)
    {
        using (var broker = run.StartBroker("transactions"))
            TransactionRates.Run(options.TransactionPlan, broker, report, "");
        using (var broker = run.StartBroker("flushed-transactions", "log.flush.interval.messages=1"))
            TransactionRates.Run(options.TransactionPlan, broker, report, ", flushed");
    }

    void RunOthers(PairReport report)
    {
        if (IsAsked("fetches"))
        {
            using var broker = run.StartBroker("fetches");
            CommittedFetches.Run(options.TransactionPlan, broker, report);
        }

        if (IsAsked("ids"))
            TransactionalIds.Run(options.TransactionPlan, run, report);
    }
}
