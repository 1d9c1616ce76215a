using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Cleaner;

/// <summary>Random records, transactions, rolls, cleanings, restarts and failures, against what a compacted log promises.</summary>
public sealed class CleaningModelTests
{
    const int Keys = 12;
    const int Steps = 120;

    [Test]
    public async Task Whatever_happens_the_latest_of_each_key_is_there_at_its_offset([Range(1, 40)] int seed)
    {
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        using var run = new Run(seed);
        for (var step = 0; step < Steps; step++)
            await run.StepAsync();
        await run.FinishAsync();
    }

    sealed class Run : IDisposable
    {
        readonly Random random;
        readonly FaultyFileSystem disk = new();
        readonly InterruptedFileSystem files;
        readonly CompactedLog log;

        /// <summary>Every record that counts, by offset.</summary>
        readonly SortedDictionary<long, (string Key, string? Value, long AppendedMs)> committed = [];
        readonly Dictionary<long, List<(long Offset, string Key, string? Value)>> open = [];
        readonly Dictionary<long, int> sequences = [];

        public Run(int seed)
        {
            random = new(seed);
            files = new(disk);
            log = new(files, CompactedLog.Config with { SegmentBytes = random.Next(300, 3000), IndexIntervalBytes = random.Next(50, 500) })
            {
                Map = new(random.Next(4, 60) * OffsetMap.EntrySize, random.Next(30, 100) / 100.0),
            };
        }

        public Task StepAsync() => random.Next(12) switch
        {
            < 5 => AppendAsync(),
            < 7 => SendAsync(random.Next(3)),
            7 => EndAsync(random.Next(3)),
            8 => DoAsync(log.Roll),
            9 => DoAsync(() => log.Test.Time.Advance(TimeSpan.FromMilliseconds(random.Next(1500)))),
            10 => CleanAsync(),
            _ => RestartAsync(),
        };

        public async Task FinishAsync()
        {
            foreach (var producerId in open.Keys.ToList())
                await EndAsync(producerId);
            await log.SealAsync();
            while (log.Range() is { } range && range.FirstDirtyOffset < range.FirstUncleanableOffset)
                log.Clean();
            await CheckAsync(onlyLatest: true);
            log.Log.Close();
            log.Test.Reopen();
            await CheckAsync(onlyLatest: true);
        }

        public void Dispose() => log.Dispose();

        static Task DoAsync(Action action)
        {
            action();
            return Task.CompletedTask;
        }

        (string? Key, string? Value)[] NewRecords() =>
            [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => ((string?)$"k{random.Next(Keys)}", random.Next(4) == 0 ? null : $"v{random.Next(1000)}"))];

        async Task AppendAsync()
        {
            var records = NewRecords();
            var info = await log.AppendAsync(new TestBatch { CompressionType = (NettyKafka.Codec.Records.CompressionType)random.Next(5) }, records);
            for (var i = 0; i < records.Length; i++)
                committed[info.BaseOffset + i] = (records[i].Key!, records[i].Value, log.NowMs);
        }

        async Task SendAsync(long producerId)
        {
            var records = NewRecords();
            var sequence = sequences.GetValueOrDefault(producerId);
            sequences[producerId] = sequence + records.Length;
            var info = await log.AppendAsync(new TestBatch { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = sequence, IsTransactional = true }, records);
            if (!open.TryGetValue(producerId, out var pending))
                open.Add(producerId, pending = []);
            pending.AddRange(records.Select((record, i) => (info.BaseOffset + i, record.Key!, record.Value)));
        }

        async Task EndAsync(long producerId)
        {
            if (!open.Remove(producerId, out var pending))
                return;
            var isAbort = random.Next(2) == 0;
            await log.MarkAsync(producerId, isAbort);
            foreach (var (offset, key, value) in isAbort ? [] : pending)
                committed[offset] = (key, value, log.NowMs);
        }

        async Task CleanAsync()
        {
            log.Clean();
            await CheckAsync(onlyLatest: false);
        }

        /// <summary>All that is acknowledged is flushed; the power goes now, or in the middle of a cleaning.</summary>
        async Task RestartAsync()
        {
            await log.Log.FlushAsync();
            files.OperationsLeft = random.Next(60);
            try
            {
                log.Clean();
            }
            catch (IOException)
            {
                // The cleaning goes on after the restart.
            }

            disk.Crash(bytes => random.NextInt64(bytes + 1));
            files.OperationsLeft = int.MaxValue;
            log.Test.Reopen(new(0, log.Log.RecoveryPoint, HadCleanShutdown: false));
            await CheckAsync(onlyLatest: false);
        }

        async Task CheckAsync(bool onlyLatest)
        {
            var found = new Dictionary<long, (string Key, string? Value)>();
            foreach (var record in await log.RecordsAsync())
            {
                var (offset, key, value) = Parse(record);
                Assert.That(found.TryAdd(offset, (key, value)), Is.True, record);
                if (committed.TryGetValue(offset, out var expected))
                    Assert.That((key, value), Is.EqualTo((expected.Key, expected.Value)), record);
            }

            foreach (var latest in committed.GroupBy(entry => entry.Value.Key).Select(group => group.Last()))
            {
                var mayBeGone = latest.Value.Value is null && log.NowMs >= latest.Value.AppendedMs + CompactedLog.Config.DeleteRetentionMs;
                Assert.That(found.ContainsKey(latest.Key) || mayBeGone, Is.True, $"{latest}");
            }

            if (onlyLatest)
                Assert.That(found.Keys, Is.SubsetOf(committed.GroupBy(entry => entry.Value.Key).Select(group => group.Last().Key)));
        }

        static (long Offset, string Key, string? Value) Parse(string record)
        {
            var (colon, equals) = (record.IndexOf(':', StringComparison.Ordinal), record.IndexOf('=', StringComparison.Ordinal));
            var value = record[(equals + 1)..];
            return (long.Parse(record.AsSpan(0, colon), null), record[(colon + 1)..equals], value == "null" ? null : value);
        }
    }
}
