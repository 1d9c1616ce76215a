using System.Globalization;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Storage.Simulation;

/// <summary>What a broker has acknowledged is there after its disk has failed at any moment.</summary>
public sealed class CrashSimulationTests
{
    const int CrashesPerSeed = 3;
    const int StepsPerCrash = 60;

    /// <summary>Set to replay one run, or to begin a longer one with another seed.</summary>
    static readonly int firstSeed = FromEnvironment("SIMULATION_SEED", 0);

    /// <summary>Set for a longer run.</summary>
    static readonly int seedsPerTest = FromEnvironment("SIMULATION_SEEDS_PER_TEST", 100);

    [Test]
    public async Task After_a_power_cut_at_any_operation_all_that_was_flushed_is_there([Range(0, 19)] int block)
    {
        for (var seed = firstSeed + (block * seedsPerTest); seed < firstSeed + ((block + 1) * seedsPerTest); seed++)
            await Replayed(seed, seed => RunAsync(new CrashSimulation(seed), seed));
    }

    [Test]
    public async Task The_same_holds_when_flushes_and_deletions_are_done_on_threads([Range(0, 9)] int block)
    {
        for (var seed = firstSeed + (block * seedsPerTest / 4); seed < firstSeed + ((block + 1) * seedsPerTest / 4); seed++)
            await Replayed(seed, seed => RunAsync(new CrashSimulation(seed, onThreads: true), seed));
    }

    [Test]
    public async Task After_an_operation_has_failed_nothing_acknowledged_is_lost_and_a_restart_serves_again([Range(0, 19)] int block)
    {
        for (var operation = block; operation < 800; operation += 20)
            await Replayed(operation, operation => FailAsync(operation, disk => disk.FailsAt = operation));
    }

    [Test]
    public async Task After_the_disk_was_full_nothing_acknowledged_is_lost_and_a_restart_serves_again([Range(0, 9)] int block)
    {
        for (var room = block; room < 200; room += 10)
            await Replayed(room, room => FailAsync(room, disk => disk.FreeBytes = 97 * room));
    }

    /// <summary>Whatever fails, the broker stays up and stops when it is told to.</summary>
    static async Task FailAsync(int seed, Action<FaultyFileSystem> fault)
    {
        var simulation = new CrashSimulation(seed);
        fault(simulation.Disk);
        var isOpen = await simulation.TryOpenAsync();
        if (isOpen)
            await simulation.WorkAsync(StepsPerCrash);
        await simulation.CloseAsync();
        simulation.Disk.Repair();
        Assert.That(await simulation.TryOpenAsync(), "with a disk that works the broker opens");
        await simulation.CheckAsync();
        await simulation.WorkAsync(10);
        Assert.That(simulation.HasFailed, Is.False);
        await simulation.CloseAsync();
    }

    static async Task Replayed(int seed, Func<int, Task> run)
    {
        try
        {
            await run(seed);
        }
        catch (Exception e)
        {
            throw new AssertionException($"SIMULATION_SEED={seed} replays this run first: {e}", e);
        }
    }

    static async Task RunAsync(CrashSimulation simulation, int seed)
    {
        var random = new Random(seed);
        Assert.That(await simulation.TryOpenAsync());
        for (var crash = 0; crash < CrashesPerSeed; crash++)
        {
            simulation.Disk.DiesAt = simulation.Disk.Operations + random.Next(400);
            await simulation.WorkAsync(StepsPerCrash);
            await simulation.CloseAsync();
            await CrashAsync(simulation, random);
        }

        await simulation.CloseAsync();
    }

    /// <summary>Now and then the power goes again while the broker recovers.</summary>
    static async Task CrashAsync(CrashSimulation simulation, Random random)
    {
        simulation.Disk.Crash(random);
        if (random.Next(3) == 0)
        {
            simulation.Disk.DiesAt = simulation.Disk.Operations + random.Next(60);
            await simulation.TryOpenAsync();
            await simulation.CloseAsync();
            simulation.Disk.Crash(random);
        }

        Assert.That(await simulation.TryOpenAsync(), "after a crash the broker opens");
        await simulation.CheckAsync();
    }

    static int FromEnvironment(string name, int otherwise) => int.Parse(Environment.GetEnvironmentVariable(name) ?? $"{otherwise}", CultureInfo.InvariantCulture);
}
