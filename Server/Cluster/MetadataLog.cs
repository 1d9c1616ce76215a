using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// The log of <c>__cluster_metadata</c>. Records of one change are one batch: all of them are there after a crash, or none. Flushed before the answer
/// unless the profile says otherwise.
/// </summary>
public sealed class MetadataLog(UnifiedLog log, int leaderEpoch, bool flush, TimeProvider time)
{
    const int ReadBytes = 1 << 20;

    public async ValueTask<(ErrorCode Error, long LastOffset)> AppendAsync(IReadOnlyList<MetadataRecord> records)
    {
        using var builder = new RecordBatchBuilder();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var record in records)
            builder.Append(now, null, record.ToValue());

        var info = await log.AppendAsync(Records.View(builder.ToArray()), leaderEpoch, AppendOrigin.Coordinator).ConfigureAwait(false);
        if (info.Error != ErrorCode.None || !flush)
            return (info.Error, info.LastOffset);
        return (await log.FlushAsync().ConfigureAwait(false), info.LastOffset);
    }

    /// <summary>All records from the start; null for those that are the quorum's own, or framed in a way that is not ours.</summary>
    public async IAsyncEnumerable<(long Offset, MetadataRecord? Record)> ReadAllAsync()
    {
        if (log.Bounds.LogStartOffset > 0)
            throw new IOException($"The metadata log begins at offset {log.Bounds.LogStartOffset}: what is before lies in a snapshot, and snapshots are not read yet");
        for (var offset = log.Bounds.LogStartOffset; offset < log.Bounds.LogEndOffset;)
        {
            var read = await log.ReadAsync(offset, ReadBytes, FetchIsolation.LogEnd, minOneBatch: true).ConfigureAwait(false);
            if (read.Error != ErrorCode.None)
                throw new IOException($"The metadata log cannot be read at offset {offset}: {read.Error}");
            var parsed = Parse(read.Records, offset);
            read.Records.Release();
            if (parsed.Count == 0)
                throw new IOException($"The metadata log has no record at offset {offset}, but {log.Bounds.LogEndOffset} is its end");
            foreach (var entry in parsed)
                yield return entry;
            offset = parsed[^1].Offset + 1;
        }
    }

    static List<(long Offset, MetadataRecord? Record)> Parse(Records records, long from)
    {
        List<(long, MetadataRecord?)> parsed = [];
        var rest = records.Span;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            foreach (var record in batch.ReadRecords())
            {
                if (record.Offset >= from)
                    parsed.Add((record.Offset, !batch.IsControl && MetadataRecord.TryParse(record.Value.ToArray(), out var known) ? known : null));
            }
        }

        return parsed;
    }
}
