using System.Text;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Storage.Simulation;

/// <summary>A record of a simulation: a value that is used once, or none for a tombstone.</summary>
public readonly record struct SimulatedRecord(string Key, string? Value);

/// <summary>What a partition was given and has acknowledged, to be compared with what it still has after a crash.</summary>
public sealed class PartitionHistory(string topic, bool isCompacted, bool isFlushed)
{
    readonly SortedDictionary<long, SimulatedRecord> written = [];
    readonly HashSet<SimulatedRecord> attempted = [];
    long durableEnd;
    long logStartOffset;
    long highWatermark;

    public void Attempt(IEnumerable<SimulatedRecord> records) => attempted.UnionWith(records);

    public void Acknowledge(long baseOffset, IReadOnlyList<SimulatedRecord> records)
    {
        for (var i = 0; i < records.Count; i++)
        {
            Assert.That(written.TryAdd(baseOffset + i, records[i]), $"{topic}: offset {baseOffset + i} is given out twice");
            attempted.Remove(records[i]);
        }

        if (isFlushed)
            durableEnd = Math.Max(durableEnd, baseOffset + records.Count);
    }

    /// <summary>Notes where the log begins, as who took away its beginning was told: it may not go back.</summary>
    public void ObserveStart(long offset)
    {
        Assert.That(offset, Is.GreaterThanOrEqualTo(logStartOffset), $"{topic}: log start offset");
        logStartOffset = offset;
    }

    /// <summary>Notes what the log says of itself while all is well: none of it may go back.</summary>
    public void Observe(LogBounds bounds, long recoveryPoint)
    {
        durableEnd = Math.Max(durableEnd, recoveryPoint);
        if (!isFlushed)
            return;
        Assert.That(bounds.HighWatermark, Is.GreaterThanOrEqualTo(highWatermark), $"{topic}: high watermark");
        highWatermark = bounds.HighWatermark;
    }

    /// <summary>The broker has stopped cleanly: all that was acknowledged is on the disk, whatever was asked for.</summary>
    public void Close() => durableEnd = Math.Max(durableEnd, written.Keys.LastOrDefault(-1) + 1);

    /// <summary>Compares the log that a recovery has left with what is known; from here on that is what counts.</summary>
    public async Task CheckAsync(UnifiedLog log)
    {
        var bounds = log.Bounds;
        Assert.That(bounds.LogStartOffset, Is.GreaterThanOrEqualTo(logStartOffset), $"{topic}: log start offset");
        Assert.That(bounds.LogEndOffset, Is.GreaterThanOrEqualTo(durableEnd), $"{topic}: log end offset");
        Assert.That(bounds.HighWatermark, Is.GreaterThanOrEqualTo(highWatermark), $"{topic}: high watermark");
        var found = await ReadAllAsync(log);
        CheckValues(found);
        CheckCompleteness(found, bounds.LogStartOffset);
        written.Clear();
        foreach (var (offset, record) in found)
            written.Add(offset, record);
        attempted.Clear();
        (durableEnd, logStartOffset) = (isFlushed ? bounds.LogEndOffset : log.RecoveryPoint, bounds.LogStartOffset);
    }

    /// <summary>All records; each is found by its own offset as well.</summary>
    static async Task<SortedDictionary<long, SimulatedRecord>> ReadAllAsync(UnifiedLog log)
    {
        var found = new SortedDictionary<long, SimulatedRecord>();
        for (var offset = log.Bounds.LogStartOffset; offset < log.Bounds.LogEndOffset;)
        {
            var read = await log.ReadAsync(offset, 1, FetchIsolation.LogEnd, minOneBatch: true);
            Assert.That(read.Error, Is.EqualTo(ErrorCode.None));
            if (read.Records.SizeInBytes == 0)
                break;
            offset = Take(read.Records, offset, found);
            read.Records.Release();
        }

        foreach (var offset in found.Keys)
        {
            var read = await log.ReadAsync(offset, 1, FetchIsolation.LogEnd, minOneBatch: true);
            var batch = new RecordBatch(read.Records.Span);
            Assert.That((read.Error, batch.BaseOffset <= offset, batch.LastOffset >= offset), Is.EqualTo((ErrorCode.None, true, true)), $"a read at {offset}");
            read.Records.Release();
        }

        return found;
    }

    static long Take(Records records, long from, SortedDictionary<long, SimulatedRecord> found)
    {
        var batch = new RecordBatch(records.Span);
        Assert.That(batch.IsCrcValid, $"batch at {batch.BaseOffset}");
        Assert.That(batch.LastOffset, Is.GreaterThanOrEqualTo(from), "the batch that an offset falls in");
        foreach (var record in batch.ReadRecords())
        {
            var value = record.HasValue ? Encoding.UTF8.GetString(record.Value) : null;
            if (record.Offset >= from)
                Assert.That(found.TryAdd(record.Offset, new(Encoding.UTF8.GetString(record.Key), value)), $"offset {record.Offset} is there twice");
        }

        return batch.NextOffset;
    }

    void CheckValues(SortedDictionary<long, SimulatedRecord> found)
    {
        foreach (var (offset, record) in found)
        {
            if (written.TryGetValue(offset, out var acknowledged))
                Assert.That(record, Is.EqualTo(acknowledged), $"{topic}: offset {offset} has another value");
            else
                Assert.That(attempted, Does.Contain(record), $"{topic}: offset {offset} has a value that nobody sent, or that was there before");
        }
    }

    void CheckCompleteness(SortedDictionary<long, SimulatedRecord> found, long from)
    {
        foreach (var (offset, record) in written)
        {
            if (offset < from || offset >= durableEnd || found.ContainsKey(offset))
                continue;
            Assert.That(isCompacted, $"{topic}: offset {offset} was flushed and is lost; there are {string.Join(' ', found.Keys)}");
            // A tombstone that came later may be gone by itself.
            var later = found.Any(other => other.Key > offset && other.Value.Key == record.Key)
                || written.Any(other => other.Key > offset && other.Key < durableEnd && other.Value.Key == record.Key && other.Value.Value is null);
            var isForgotten = record.Value is null && !found.Any(other => other.Key < offset && other.Value.Key == record.Key);
            Assert.That(later || isForgotten, $"{topic}: the last value of {record.Key} at offset {offset} is lost");
        }
    }
}
