using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Coordinators;

/// <summary>Replays a partition's log into a shard.</summary>
static class CoordinatorLoader
{
    const int ReadBytes = 1 << 20;
    const long NoProducerId = -1;

    /// <summary>Answers how many records there were.</summary>
    /// <exception cref="IOException">The log cannot be read to its end; the message says where.</exception>
    public static async Task<long> LoadAsync(Partition partition, ICoordinatorShard shard)
    {
        var offset = partition.Bounds.LogStartOffset;
        var endOffset = partition.Bounds.LogEndOffset;
        var count = 0L;
        while (offset < endOffset)
        {
            var read = await partition.ReadAsync(offset, ReadBytes, FetchIsolation.LogEnd, minOneBatch: true).ConfigureAwait(false);
            if (read.Error != ErrorCode.None)
                throw new IOException($"{partition.Id} cannot be read at offset {offset}: {read.Error}");
            var before = offset;
            try
            {
                count += Replay(read.Records.Span, partition, shard, ref offset);
            }
            finally
            {
                read.Records.Release();
            }

            // Compaction leaves a batch at the end of each segment, so that only damage ends a log early.
            if (offset == before)
                throw new IOException($"{partition.Id} has no record at offset {offset}, but {endOffset} is its end");
        }

        // Nobody may act on what a crash could still take back.
        if (partition.Bounds.HighWatermark < endOffset && await partition.Log.FlushAsync().ConfigureAwait(false) is not ErrorCode.None and var error)
            throw new IOException($"{partition.Id} cannot be flushed: {error}");
        return count;
    }

    static long Replay(Span<byte> batches, Partition partition, ICoordinatorShard shard, ref long offset)
    {
        var count = 0L;
        while (RecordBatch.TryTakeFirst(ref batches, out var batch))
        {
            try
            {
                if (batch.NextOffset > offset)
                    count += Replay(batch, shard);
            }
            catch (Exception e) when (e is ProtocolException or InvalidRecordException or InvalidDataException)
            {
                throw new IOException($"{partition.Id} cannot be replayed at offset {batch.BaseOffset}: {e.Message}", e);
            }

            offset = Math.Max(offset, batch.NextOffset);
        }

        return count;
    }

    static long Replay(RecordBatch batch, ICoordinatorShard shard)
    {
        var producerId = batch.IsTransactional ? batch.ProducerId : NoProducerId;
        var count = 0L;
        foreach (var record in batch.ReadRecords())
        {
            if (batch.IsControl)
                ReplayControl(record, batch.ProducerId, shard);
            else
                shard.Replay(ToCoordinatorRecord(record), producerId);
            count++;
        }

        return count;
    }

    static CoordinatorRecord ToCoordinatorRecord(in Record record) => record.Key.Length >= sizeof(short)
        ? new(record.Key.ToArray(), record.HasValue ? record.Value.ToArray() : null)
        : throw new ProtocolException($"a key of {record.Key.Length} bytes says nothing of its record");

    static void ReplayControl(in Record record, long producerId, ICoordinatorShard shard)
    {
        if (ControlRecord.TryReadType(record.Key, out var type) && type is ControlRecordType.Commit or ControlRecordType.Abort)
            shard.ReplayEndTransaction(producerId, isCommitted: type == ControlRecordType.Commit);
    }
}
