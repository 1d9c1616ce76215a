using System.Diagnostics;
using NettyKafka.Benchmarks.Groups;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Transactions;

/// <summary>Many transactional ids: how much longer a broker with them takes to start.</summary>
static class TransactionalIds
{
    public static void Run(TransactionPlan plan, GroupRun run, PairReport report)
    {
        Make(run, "many-ids", plan.TransactionalIds);
        Make(run, "one-id", 1);
        var starts = GroupRun.TakeTurns(plan.Rounds, () => Start(run, "many-ids"), () => Start(run, "one-id"));
        report.Write($"start to first InitProducerId, {plan.TransactionalIds:#,0} ids or 1, ms", starts, time => time.TotalMilliseconds);
    }

    static void Make(GroupRun run, string directory, int count)
    {
        using var broker = run.StartBroker(directory);
        using var connections = new Connections(broker, PairedLoad.Connections);
        connections.ForEach(count, (connection, i) => TestTopic.Check(Init(connection, i).ErrorCode, $"InitProducerId of id-{i}"));
    }

    /// <summary>From the start of the process until a transactional id has its next epoch.</summary>
    static TimeSpan Start(GroupRun run, string directory)
    {
        var started = Stopwatch.GetTimestamp();
        using var server = ServerPrograms.StartBroker(run.Program, run.DirectoryOf(directory));
        using var control = new ControlConnection(server.Port);
        var response = Init(control, 0);
        while (response.ErrorCode == ErrorCode.CoordinatorLoadInProgress)
            response = Init(control, 0);
        var elapsed = Stopwatch.GetElapsedTime(started);
        TestTopic.Check(response.ErrorCode, "InitProducerId after the start");
        if (response.ProducerEpoch == 0)
            throw new InvalidDataException("The transactional id has been forgotten.");
        return elapsed;
    }

    static InitProducerIdResponse Init(ControlConnection connection, int id) =>
        connection.Send(new InitProducerIdRequest { TransactionalId = $"id-{id}", TransactionTimeoutMs = 60_000 });
}
