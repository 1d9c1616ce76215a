using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Cleaner;

/// <summary>The power goes while a cleaned segment takes the place of others, and again while that is put right.</summary>
public sealed class SegmentSwapTests
{
    static readonly string[] latest = ["2:c=1", "4:a=3", "8:d=null", "9:b=2"];

    [Test]
    public async Task Whenever_the_power_goes_nothing_is_lost_and_no_offset_is_there_twice([Values(0, 1, 2)] int kept, [Values(0, 10)] long recoveryPoint)
    {
        var steps = 0;
        while (await CrashWhileCleaningAsync(steps, kept, recoveryPoint, operationsOfRecovery: int.MaxValue))
            steps++;

        await TestContext.Out.WriteLineAsync($"{steps} steps");
        Assert.That(steps, Is.GreaterThan(25));
    }

    [Test]
    public async Task Neither_when_it_goes_again_while_the_log_is_recovered()
    {
        var crashes = 0;
        for (var step = 0; await CrashWhileCleaningAsync(step, kept: 1, recoveryPoint: 10, int.MaxValue); step++)
        {
            for (var operation = 0; operation < 12; operation++, crashes++)
                await CrashWhileCleaningAsync(step, kept: 1, recoveryPoint: 10, operation);
        }

        Assert.That(crashes, Is.GreaterThan(300));
    }

    [Test]
    public async Task A_cleaned_file_that_was_left_does_not_count([Values(".log.cleaned", ".log.swap")] string suffix)
    {
        using var log = await FilledAsync(new MemoryFileSystem());
        log.Log.Close();
        var other = suffix == ".log.swap" ? ".index.cleaned" : ".index.swap";
        log.Test.Files.Open(LogFiles.PathOf(log.Log.Path, 0, suffix)).Dispose();
        log.Test.Files.Open(LogFiles.PathOf(log.Log.Path, 0, other)).Dispose();

        log.Test.Reopen();

        Assert.That(await log.RecordsAsync(), Has.Count.EqualTo(9));
        Assert.That(Leftovers(log), Is.Empty);
    }

    /// <summary>False when the cleaning was through before the power went.</summary>
    static async Task<bool> CrashWhileCleaningAsync(int operations, int kept, long recoveryPoint, int operationsOfRecovery)
    {
        var disk = new FaultyFileSystem();
        var files = new InterruptedFileSystem(disk);
        using var log = await FilledAsync(files);
        files.OperationsLeft = operations;
        var crashes = Fails(() => log.Clean());
        disk.Crash(bytes => bytes * kept / 2);

        files.OperationsLeft = operationsOfRecovery;
        var checkpoints = new LogCheckpoints(0, recoveryPoint, HadCleanShutdown: false);
        if (Fails(() => log.Test.Reopen(checkpoints)))
            disk.Crash(bytes => bytes * kept / 2);
        files.OperationsLeft = int.MaxValue;
        log.Test.Reopen(checkpoints);
        await CheckAsync(log, $"crash after {operations} operations, {operationsOfRecovery} of recovery");
        return crashes;
    }

    static bool Fails(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    static async Task CheckAsync(CompactedLog log, string when)
    {
        Assert.That(Leftovers(log), Is.Empty, when);
        Assert.That(log.Log.Bounds.LogEndOffset, Is.EqualTo(11), when);
        Assert.That(log.Log.Producers.CollectAborted(0, long.MaxValue), Is.EqualTo((AbortedTransaction[])[new(1, 5, 6, 7)]), when);
        var records = await log.RecordsAsync();
        Assert.That(records, Is.SupersetOf(latest).And.Unique, when);
        Assert.That(records.ConvertAll(record => int.Parse(record.Split(':')[0], null)), Is.Ordered, when);
        log.CleanerPoint = null;
        log.Clean();
        Assert.That(await log.RecordsAsync(), Is.EqualTo(latest), when);
        Assert.That((await log.AppendAsync(("more", "1"))).BaseOffset, Is.EqualTo(11), when);
    }

    static IEnumerable<string> Leftovers(CompactedLog log) =>
        log.Test.Files.ListFiles(log.Log.Path).Where(name => name.EndsWith(".cleaned", StringComparison.Ordinal) || name.EndsWith(".swap", StringComparison.Ordinal) || name.EndsWith(".deleted", StringComparison.Ordinal));

    /// <summary>Three segments to be cleaned into two, an aborted transaction in the second of them, and the active one; all of it flushed.</summary>
    static async Task<CompactedLog> FilledAsync(IFileSystem files)
    {
        var log = new CompactedLog(files);
        await log.AppendAsync(("a", "1"), ("b", "1"), ("c", "1"));
        log.Roll();
        await log.AppendAsync(("a", "2"), ("a", "3"));
        await log.AppendAsync(new TestBatch { ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true }, ("c", "aborted"));
        await log.MarkAsync(1, isAbort: true);
        log.Roll();
        await log.AppendAsync(("b", "late"));
        await log.AppendAsync(("d", null), ("b", "2"));
        await log.SealAsync();
        await log.Log.FlushAsync();
        log.Log.Config = CompactedLog.Config with { SegmentBytes = 400 };
        return log;
    }
}
