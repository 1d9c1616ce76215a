using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>
/// Decides batch by batch what of a log stays: the latest record of each key, tombstones and transaction markers until their delete horizon, and what the log knows its
/// producers by. A batch that stays whole is copied byte for byte.
/// </summary>
sealed class BatchFilter(OffsetMap map, CleanedTransactions transactions, CleaningRound round, CleanerStats stats) : IDisposable
{
    readonly PooledBuffer decompressed = new(CompressionCodec.DefaultMaxDecompressedBytes);
    readonly List<bool> retained = [];

    /// <summary>What must stay of the producers that the log knows.</summary>
    public IReadOnlyDictionary<long, LastRecord> LastRecords { get; set; } = new Dictionary<long, LastRecord>();

    /// <summary>Appends to the target what stays of a batch.</summary>
    /// <exception cref="InvalidRecordException">The records are corrupt.</exception>
    public void Filter(RecordBatch batch, PooledBuffer target)
    {
        stats.BytesRead += batch.SizeInBytes;
        stats.RecordsRead += batch.RecordCount;
        // Asked for every batch, since it follows the transactions.
        var canDiscard = transactions.CanDiscard(batch);
        var discardsRecords = canDiscard && (!batch.IsControl || CanDiscardMarker(batch));
        var written = target.WrittenCount;
        if (discardsRecords || RetainRecords(batch, isEmptyMarker: canDiscard && batch.IsControl, target) == 0)
            RetainEmpty(batch, target);
        stats.BytesWritten += target.WrittenCount - written;
    }

    public void Dispose() => decompressed.Dispose();

    /// <summary>
    /// A marker goes like a tombstone: it stays until its delete horizon, when nothing that it marks is left. That of a producer of which the log has no record any more
    /// stays whole: an empty one would tell nobody the epoch.
    /// </summary>
    bool CanDiscardMarker(RecordBatch batch) => batch.DeleteHorizonMs <= round.NowMs && !IsLastOfProducer(batch);

    bool IsLastOfProducer(RecordBatch batch) => batch.HasProducerId && LastRecords.TryGetValue(batch.ProducerId, out var last) && last.IsIn(batch);

    /// <summary>A batch with no record left stays when its sequence or epoch is the last that its producer has, or when it says where the cleaned part ends.</summary>
    void RetainEmpty(RecordBatch batch, PooledBuffer target)
    {
        if (!IsLastOfProducer(batch) && batch.NextOffset != round.UpperBoundOffset)
            return;
        batch.WriteEmptied(target.GetSpan(RecordBatch.HeaderSize));
        target.Advance(RecordBatch.HeaderSize);
    }

    /// <summary>Appends the batch with the records that stay, if there are any, and says how many.</summary>
    int RetainRecords(RecordBatch batch, bool isEmptyMarker, PooledBuffer target)
    {
        var records = Decompress(batch);
        var count = ChooseRecords(batch, records, out var hasTombstones);
        if (count == 0)
            return 0;
        var needsHorizon = (hasTombstones || isEmptyMarker) && !batch.HasDeleteHorizon;
        if (count == batch.RecordCount && !needsHorizon)
            Copy(batch.Bytes, target);
        else
            Rewrite(batch, records, needsHorizon ? round.DeleteHorizonMs : batch.DeleteHorizonMs, target);
        stats.RecordsWritten += count;
        return count;
    }

    int ChooseRecords(RecordBatch batch, ReadOnlySpan<byte> records, out bool hasTombstones)
    {
        hasTombstones = false;
        retained.Clear();
        var count = 0;
        var reader = new RecordReader(batch, records);
        while (reader.TryRead(out var record))
        {
            var stays = batch.IsControl || Stays(record, batch.DeleteHorizonMs);
            retained.Add(stays);
            if (!stays)
                continue;
            count++;
            hasTombstones |= !record.HasValue;
        }

        return reader.Error is null ? count : throw new InvalidRecordException(reader.Error);
    }

    bool Stays(in Record record, long? deleteHorizonMs)
    {
        if (record.Offset > map.LatestOffset)
            return true;
        if (!record.HasKey)
        {
            stats.InvalidRecords++;
            return false;
        }

        return (record.HasValue || deleteHorizonMs is null || round.NowMs < deleteHorizonMs) && record.Offset >= map.Get(record.Key);
    }

    ReadOnlySpan<byte> Decompress(RecordBatch batch)
    {
        if (batch.CompressionType == CompressionType.None || batch.RecordCount == 0)
            return batch.RecordBytes;
        decompressed.Clear();
        var result = CompressionCodec.Decompress(batch.CompressionType, batch.Magic, batch.RecordBytes, decompressed);
        return result == DecompressionResult.Done
            ? decompressed.WrittenSpan
            : throw new InvalidRecordException($"records compressed with {batch.CompressionType} do not decompress: {result}");
    }

    void Rewrite(RecordBatch batch, ReadOnlySpan<byte> records, long? deleteHorizonMs, PooledBuffer target)
    {
        using var builder = new RecordBatchBuilder(batch.BaseOffset)
        {
            CompressionType = batch.CompressionType,
            LogAppendTime = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : null,
            ProducerId = batch.ProducerId,
            ProducerEpoch = batch.ProducerEpoch,
            BaseSequence = batch.BaseSequence,
            IsTransactional = batch.IsTransactional,
            IsControl = batch.IsControl,
            PartitionLeaderEpoch = batch.PartitionLeaderEpoch,
            // The last sequence counts from it.
            LastOffset = batch.LastOffset,
            DeleteHorizonMs = deleteHorizonMs,
        };
        var reader = new RecordReader(batch, records);
        for (var i = 0; reader.TryRead(out var record); i++)
        {
            if (retained[i])
                builder.Append(record);
        }

        Copy(builder.Build(), target);
    }

    static void Copy(ReadOnlySpan<byte> bytes, PooledBuffer target)
    {
        bytes.CopyTo(target.GetSpan(bytes.Length));
        target.Advance(bytes.Length);
    }
}
