using System.Globalization;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>Transactions under random work and power cuts are all or nothing, and what comes late changes nothing.</summary>
public sealed class TransactionSimulationTests
{
    const int StepsPerRun = 70;

    /// <summary>Set to replay one run, or to begin a longer one with another seed.</summary>
    static readonly int firstSeed = FromEnvironment("SIMULATION_SEED", 0);

    /// <summary>Set for a longer run.</summary>
    static readonly int seedsPerTest = FromEnvironment("SIMULATION_SEEDS_PER_TEST", 100);

    [Test]
    public void Transactions_are_all_or_nothing_whatever_happens([Range(0, 19)] int block)
    {
        for (var seed = firstSeed + (block * seedsPerTest); seed < firstSeed + ((block + 1) * seedsPerTest); seed++)
            Run(seed);
    }

    static void Run(int seed)
    {
        using var world = new TransactionSimulation();
        try
        {
            var run = new TransactionRun(world, seed);
            run.Work(StepsPerRun);
            run.Finish();
        }
        catch (Exception e)
        {
            throw new AssertionException($"SIMULATION_SEED={seed} replays this run first: {e}{Environment.NewLine}{world.Trace}", e);
        }
    }

    static int FromEnvironment(string name, int otherwise) => int.Parse(Environment.GetEnvironmentVariable(name) ?? $"{otherwise}", CultureInfo.InvariantCulture);
}
