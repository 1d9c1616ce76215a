using System.Globalization;
using NettyKafka.Benchmarks;
using NettyKafka.Benchmarks.Embedded;
using NettyKafka.Benchmarks.Groups;
using NettyKafka.Benchmarks.Idle;
using NettyKafka.Benchmarks.Micro;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Benchmarks.Storage;
using NettyKafka.Benchmarks.Transactions;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case [NullServer.Command, var directory]:
        return NullServer.Run(directory);
    case ["--micro", .. var rest]:
        return MicroBenchmarks.Run(rest);
}

if (BenchOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 1;
}

// Ctrl-C reaches the servers too: without them the run fails, and is cleaned up as after any failure.
using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopping.Cancel();
};
var dataDirectory = Directory.CreateDirectory(Path.Combine(options.DataDirectory, $"nettykafka-benchmarks-{Environment.ProcessId}"));
try
{
    var programs = ServerPrograms.Find(options.Broker);
    if (options.IsStorage)
        await new StorageBench(options, programs, dataDirectory.FullName, Console.Out).RunAsync(stopping.Token);
    else if (options.IsGroups)
        new GroupBench(options, programs, dataDirectory.FullName, Console.Out).Run();
    else if (options.IsTransactions)
        new TransactionBench(options, programs, dataDirectory.FullName, Console.Out).Run();
    else if (options.IsEmbedded)
        await new EmbeddedBench(options, dataDirectory.FullName, Console.Out).RunAsync();
    else if (options.IsConnections)
        new ConnectionBench(options, programs, dataDirectory.FullName, Console.Out).Run();
    else
        new Bench(options, programs, dataDirectory.FullName, Console.Out).Run();
    return 0;
}
catch (Exception e)
{
    Console.Error.WriteLine(e);
    return 1;
}
finally
{
    dataDirectory.Delete(recursive: true);
}
