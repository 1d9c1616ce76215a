using System.Globalization;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>Groups under random work: what is theirs stays theirs, and when all is quiet everybody has a part.</summary>
public sealed class GroupSimulationTests
{
    const int Rounds = 2;
    const int StepsPerRound = 60;
    const int SeedsPerBlock = 3;

    /// <summary>Of the seeds per test that the environment asks for: one run here is as long as many of a disk.</summary>
    const int Share = 25;

    /// <summary>Set to replay one run, or to begin a longer one with another seed.</summary>
    static readonly int firstSeed = FromEnvironment("SIMULATION_SEED", 0);

    /// <summary>Set for a longer run.</summary>
    static readonly int seedsPerTest = FromEnvironment("SIMULATION_SEEDS_PER_TEST", SeedsPerBlock * Share) / Share;

    [Test]
    public void Classic_groups_keep_their_rules_whatever_happens([Range(0, 9)] int block) => RunBlock(block, GroupProtocols.Classic);

    [Test]
    public void Consumer_groups_keep_their_rules_whatever_happens([Range(0, 9)] int block) => RunBlock(block, GroupProtocols.Consumer);

    [Test]
    public void Groups_that_change_their_protocol_keep_their_rules_whatever_happens([Range(0, 9)] int block) => RunBlock(block, GroupProtocols.Either);

    static void RunBlock(int block, GroupProtocols protocols)
    {
        for (var seed = firstSeed + (block * seedsPerTest); seed < firstSeed + ((block + 1) * seedsPerTest); seed++)
            Run(seed, protocols);
    }

    static void Run(int seed, GroupProtocols protocols)
    {
        using var world = new GroupSimulation();
        for (var i = 0; i < 3; i++)
            world.Groups.Add(new($"g{i}", protocols, isCooperative: i == 1));
        try
        {
            var run = new GroupRun(world, seed);
            for (var round = 0; round < Rounds; round++)
            {
                run.Work(StepsPerRound);
                run.Converge();
                run.CheckRestart();
            }
        }
        catch (Exception e)
        {
            throw new AssertionException($"SIMULATION_SEED={seed} replays this run first: {e}{Environment.NewLine}{world.Trace}", e);
        }
    }

    static int FromEnvironment(string name, int otherwise) => int.Parse(Environment.GetEnvironmentVariable(name) ?? $"{otherwise}", CultureInfo.InvariantCulture);
}
