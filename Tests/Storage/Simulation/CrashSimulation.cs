using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Config;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Simulation;

/// <summary>
/// A broker on a disk that fails, under random work: appends, flushes, rolls, retention, compaction, deleted records and topics, clean stops. What it has
/// acknowledged is compared with what a recovery finds. One seed is one run, the same every time; unless what waits for a disk is done on threads, as on a disk.
/// </summary>
public sealed class CrashSimulation(int seed, bool onThreads = false)
{
    const int Keys = 8;

    static readonly (string Name, string Configs)[] kinds =
    [
        ("flushed", "flush.messages=1"),
        ("paged", ""),
        ("compacted", "flush.messages=1 cleanup.policy=compact min.cleanable.dirty.ratio=0 delete.retention.ms=1000"),
        ("short", "flush.messages=1 retention.bytes=900"),
        ("aged", "retention.ms=5000 flush.ms=100"),
    ];

    readonly Random random = new(seed);
    readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));
    readonly Dictionary<string, PartitionHistory> histories = [];
    readonly HashSet<string> deleted = [];
    Broker? broker;
    BrokerStorage? storage;
    int values;
    int topics;

    /// <summary>The disk, for a run that plans what is to fail.</summary>
    public FaultyFileSystem Disk { get; } = new(isInMemory: !onThreads);

    /// <summary>Opens the broker; false when the disk does not let it.</summary>
    public async Task<bool> TryOpenAsync()
    {
        var config = BrokerConfig.Create(new Dictionary<string, string>
        {
            ["log.dirs"] = "data",
            ["num.io.threads"] = "1",
            ["log.index.interval.bytes"] = "100",
            ["log.segment.delete.delay.ms"] = "2000",
            // A run is the same every time: logs are compacted as steps of it, not when a thread happens to.
            ["log.cleaner.enable"] = "false",
        });
        storage = null;
        try
        {
            storage = await BrokerStorage.OpenAsync(config, Disk, time, NullLoggerFactory.Instance);
            broker = await Broker.OpenAsync(config, storage, time, NullLoggerFactory.Instance);
            return true;
        }
        catch (IOException)
        {
            if (storage is not null)
                await storage.DisposeAsync();
            return false;
        }
    }

    /// <summary>Works until so many steps are done or the disk has failed.</summary>
    public async Task WorkAsync(int steps)
    {
        for (var step = 0; step < steps && !HasFailed; step++)
        {
            await StepAsync();
            if (!HasFailed)
                Observe();
        }
    }

    public async Task CloseAsync()
    {
        if (broker is not null)
            await broker.DisposeAsync();
        broker = null;
    }

    /// <summary>Compares every partition with its history.</summary>
    public async Task CheckAsync()
    {
        foreach (var name in deleted)
            Assert.That(Find(name), Is.Null, $"topic {name} was deleted");
        foreach (var (name, history) in histories)
        {
            Assert.That(Find(name), Is.Not.Null, $"topic {name} was created");
            await history.CheckAsync(Find(name)!.Log);
        }
    }

    public bool HasFailed => Disk.IsDead || broker is null || broker.Partitions.All.Any(partition => partition.Log.Directory.IsOffline);

    Partition? Find(string topic) => broker!.Partitions.Find(new(topic, 0));

    Task StepAsync() => random.Next(20) switch
    {
        _ when histories.Count == 0 => CreateTopicAsync(),
        0 => CreateTopicAsync(),
        1 when histories.Count > 3 => DeleteTopicAsync(),
        2 => DeleteRecordsAsync(),
        3 => RetainAsync(),
        4 => FlushAsync(),
        5 => RestartAsync(),
        6 => Advance(TimeSpan.FromMilliseconds(random.Next(200))),
        7 => Advance(TimeSpan.FromSeconds(random.Next(70))),
        8 or 9 => CompactAsync(),
        _ => AppendAsync(),
    };

    async Task CreateTopicAsync()
    {
        var (kind, configs) = kinds[topics % kinds.Length];
        var name = $"{kind}-{topics++}";
        var topic = new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = 1, ReplicationFactor = 1 };
        topic.Configs.AddRange(configs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(config => config.Split('='))
            .Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config[0], Value = config[1] }));
        var plans = await broker!.Controller.CreateTopicsAsync([topic], validateOnly: false);
        if (plans[0].Error == ErrorCode.None && Find(name) is not null)
            histories.Add(name, new(name, kind == "compacted", configs.Contains("flush.messages", StringComparison.Ordinal)));
    }

    async Task DeleteTopicAsync()
    {
        var name = Pick();
        var topicId = broker!.Cluster.Image.FindTopic(name)!.Id;
        // From here on nothing can be said of what it holds, until it is known to be gone.
        histories.Remove(name);
        if (await broker.Controller.DeleteTopicAsync(topicId) == ErrorCode.None)
            deleted.Add(name);
    }

    async Task DeleteRecordsAsync()
    {
        var name = Pick();
        var partition = Find(name)!;
        var bounds = partition.Bounds;
        var (error, logStartOffset) = await partition.AdvanceLogStartAsync(random.NextInt64(bounds.LogStartOffset, bounds.HighWatermark + 1));
        if (error == ErrorCode.None)
            histories[name].ObserveStart(logStartOffset);
    }

    Task RetainAsync()
    {
        Find(Pick())!.Log.DeleteOldSegments();
        return Task.CompletedTask;
    }

    async Task CompactAsync() => await storage!.Logs.Cleaner.CompactAsync(new(Pick(), 0));

    async Task FlushAsync() => await Find(Pick())!.Log.FlushAsync();

    async Task RestartAsync()
    {
        if (random.Next(3) > 0)
            return;
        await CloseAsync();
        if (Disk.FileExists(Path.Combine("data", ".kafka_cleanshutdown")))
        {
            foreach (var history in histories.Values)
                history.Close();
        }

        if (await TryOpenAsync() && !HasFailed)
            await CheckAsync();
    }

    Task Advance(TimeSpan delta)
    {
        time.Advance(delta);
        return Task.CompletedTask;
    }

    async Task AppendAsync()
    {
        var name = Pick();
        var partition = Find(name)!;
        partition.Log.Config = partition.Log.Config with { SegmentBytes = 600 };
        var records = Enumerable.Range(0, random.Next(1, 5)).Select(_ => NextRecord()).ToList();
        histories[name].Attempt(records);
        var info = await partition.AppendAsync(BatchOf(records), requiredAcks: -1, AppendOrigin.Client);
        if (info.Error == ErrorCode.None)
            histories[name].Acknowledge(info.BaseOffset, records);
    }

    SimulatedRecord NextRecord() => new($"k{random.Next(Keys)}", random.Next(8) == 0 ? null : $"{values++}");

    Records BatchOf(List<SimulatedRecord> records)
    {
        using var builder = new RecordBatchBuilder { CompressionType = random.Next(4) == 0 ? CompressionType.Lz4 : CompressionType.None };
        foreach (var record in records)
            builder.Append(time.GetUtcNow().ToUnixTimeMilliseconds(), Encoding.UTF8.GetBytes(record.Key), record.Value is null ? null : Encoding.UTF8.GetBytes(record.Value));
        return Records.View(builder.ToArray());
    }

    string Pick() => histories.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(histories.Count));

    void Observe()
    {
        foreach (var (name, history) in histories)
        {
            history.Observe(Find(name)!.Bounds, Find(name)!.Log.RecoveryPoint);
            // On threads retention may not be done yet with what it takes away, and nobody has been told that it is.
            if (!onThreads)
                history.ObserveStart(Find(name)!.Bounds.LogStartOffset);
        }
    }
}
