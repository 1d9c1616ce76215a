using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Transactions of several producers, over segments and restarts, against a list of what has happened.</summary>
public sealed class TransactionHistoryTests : IDisposable
{
    const int Producers = 4;
    const int Steps = 60;

    readonly TestLog log = new(config: TopicConfig.Default with { SegmentMs = long.MaxValue, IndexIntervalBytes = 100 });
    readonly Dictionary<long, (short Epoch, int NextSequence, long? FirstOffset)> producers = [];
    readonly List<(long ProducerId, long FirstOffset, long LastOffset)> aborted = [];
    Random random = null!;
    long lastStableOffset;

    public void Dispose() => log.Dispose();

    [Test]
    public async Task What_is_open_and_what_was_aborted_is_known_after_any_restart([Range(1, 40)] int seed)
    {
        random = new(seed);
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync();
            Check($"seed {seed}, step {step}");
        }
    }

    Task StepAsync() => random.Next(10) switch
    {
        < 4 => SendAsync(random.Next(Producers)),
        < 7 => EndAsync(random.Next(Producers)),
        < 8 => log.AppendAsync("plain"),
        < 9 => RollAsync(),
        _ => RestartAsync(),
    };

    async Task SendAsync(long producerId)
    {
        var (epoch, sequence, firstOffset) = producers.GetValueOrDefault(producerId);
        var batch = new TestBatch { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = true };
        var info = await log.AppendAsync(batch.Build("a", "b"));
        Assert.That(info.Error, Is.EqualTo(ErrorCode.None));
        producers[producerId] = (epoch, sequence + 2, firstOffset ?? info.BaseOffset);
    }

    /// <summary>Half of the transactions end as version 2 does it, with another epoch.</summary>
    async Task EndAsync(long producerId)
    {
        var (epoch, sequence, firstOffset) = producers.GetValueOrDefault(producerId);
        var (isAbort, bumps) = (random.Next(2) == 0, random.Next(2) == 0);
        var next = (short)(bumps ? epoch + 1 : epoch);
        var info = await log.AppendAsync(TestBatch.Marker(producerId, next, isAbort), AppendOrigin.Coordinator, transaction: new(null, (short)(bumps ? 2 : 0)));
        Assert.That(info.Error, Is.EqualTo(ErrorCode.None));
        if (isAbort && firstOffset is { } first)
            aborted.Add((producerId, first, info.BaseOffset));
        producers[producerId] = (next, bumps ? 0 : sequence, null);
    }

    async Task RollAsync()
    {
        var config = log.Log.Config;
        log.Log.Config = config with { SegmentIndexBytes = 0 };
        await log.AppendAsync("rolls");
        log.Log.Config = config;
    }

    Task RestartAsync()
    {
        var (before, endOffset) = (log.Log.Producers.Describe(), log.Log.Bounds.LogEndOffset);
        var isClean = random.Next(2) == 0;
        if (isClean)
            log.Log.Close();
        foreach (var name in log.Files.ListFiles(log.Path).Where(name => name.EndsWith(".snapshot", StringComparison.Ordinal) && random.Next(3) == 0))
            log.Files.DeleteFile(Path.Combine(log.Path, name));
        log.Reopen(new(0, isClean ? endOffset : random.NextInt64(endOffset + 1), isClean));
        Assert.That(log.Log.Producers.Describe(), Is.EqualTo(before));
        return Task.CompletedTask;
    }

    void Check(string when)
    {
        var bounds = log.Log.Bounds;
        Assert.That(bounds.LastStableOffset, Is.EqualTo(producers.Values.Min(producer => producer.FirstOffset) ?? bounds.LogEndOffset), when);
        Assert.That(bounds.LastStableOffset, Is.GreaterThanOrEqualTo(lastStableOffset), when);
        lastStableOffset = bounds.LastStableOffset;
        var from = random.NextInt64(bounds.LogEndOffset + 1);
        var to = random.NextInt64(from, bounds.LogEndOffset + 1) + 1;
        Assert.That(
            log.Log.Producers.CollectAborted(from, to).ConvertAll(found => (found.ProducerId, found.FirstOffset, found.LastOffset)),
            Is.EqualTo(aborted.Where(transaction => transaction.LastOffset >= from && transaction.FirstOffset < to)),
            $"{when}: from {from} to {to}");
    }
}
