using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Coordinators;

/// <summary>
/// The way of one shard's records to its log. What several operations have appended in a row leaves as one batch; whoever saw a record hears nothing before it is durable.
/// </summary>
sealed class CoordinatorWrites(Partition partition, CompressionType compression, TimeProvider time, ILogger logger, Action failed)
{
    const short AllReplicas = -1;

    // Room for what a batch's header and a record's lengths take.
    const int BatchOverhead = RecordBatch.HeaderSize;
    const int RecordOverhead = 32;

    List<CoordinatorWrite> writes = [];
    List<Action<ErrorCode>> waiting = [];
    int bytes;
    bool hasTransactional;
    Task<ErrorCode> lastFlush = Task.FromResult(ErrorCode.None);

    /// <summary>Whether no further turn may add to it: it is large, or the log is to know of a producer before it is asked about that producer again.</summary>
    public bool IsFull => hasTransactional || bytes >= MaxBatchBytes / 2;

    /// <summary>Records and markers added so far: an operation can tell by it whether it has changed anything.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the log has taken something, and has it durably.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Done when all that has been flushed so far is durable, or has failed.</summary>
    public Task Settled => lastFlush;

    int MaxBatchBytes => partition.Config.MaxMessageBytes;

    public void Add(in CoordinatorWrite write)
    {
        if (write.Marker is null)
            Check(write.Record);
        writes.Add(write);
        bytes += RecordOverhead + write.SizeInBytes;
        hasTransactional |= write.Producer != ProducerIdAndEpoch.None;
        Count++;
    }

    public bool Fits(in CoordinatorRecord record) => BatchOverhead + RecordOverhead + record.SizeInBytes <= MaxBatchBytes;

    /// <exception cref="CoordinatorException">The record is larger than the topic takes.</exception>
    public void Check(in CoordinatorRecord record)
    {
        if (!Fits(record))
            throw new CoordinatorException(CoordinatorException.OfAppend(ErrorCode.MessageTooLarge), $"A record of {record.SizeInBytes} bytes is larger than {partition.Id} takes, {MaxBatchBytes}");
    }

    /// <summary>Where an operation begins, for it to be undone.</summary>
    public (int Writes, int Waiting, int Bytes) Mark() => (writes.Count, waiting.Count, bytes);

    /// <summary>Takes back what an operation has appended; who was to be answered by it looks for the coordinator again.</summary>
    public void Undo((int Writes, int Waiting, int Bytes) mark)
    {
        writes.RemoveRange(mark.Writes, writes.Count - mark.Writes);
        bytes = mark.Bytes;
        for (var i = mark.Waiting; i < waiting.Count; i++)
        {
            var answer = waiting[i];
            waiting[i] = _ => answer(ErrorCode.NotCoordinator);
        }
    }

    public void WhenDurable(Action<ErrorCode> done) => waiting.Add(done);

    /// <summary>Appends what has been added; the answers that wait are given when it and all before it is durable.</summary>
    public void Flush()
    {
        if (writes.Count == 0 && waiting.Count == 0)
            return;
        lastFlush = FlushAsync(lastFlush);
    }

    /// <summary>What was refused before is everybody's error behind it: they have seen it.</summary>
    async Task<ErrorCode> FlushAsync(Task<ErrorCode> before)
    {
        var done = waiting;
        waiting = [];
        var hasWrites = writes.Count > 0;
        var append = AppendAsync();
        var errorBefore = await before.ConfigureAwait(false);
        var error = OfAll(await append.ConfigureAwait(false));
        HasWritten |= error == ErrorCode.None && hasWrites;
        error = errorBefore == ErrorCode.None ? error : errorBefore;
        if (error != ErrorCode.None)
            failed();
        foreach (var answer in done)
            answer(error);
        return error;
    }

    /// <summary>What the log refuses to one producer is no answer to those who wait with it, or to that one, who may be right once the state is loaded again.</summary>
    static ErrorCode OfAll(ErrorCode error) => error switch
    {
        ErrorCode.InvalidTxnState or ErrorCode.InvalidProducerEpoch or ErrorCode.TransactionCoordinatorFenced => ErrorCode.NotCoordinator,
        ErrorCode.OutOfOrderSequenceNumber or ErrorCode.DuplicateSequenceNumber or ErrorCode.UnknownProducerId => ErrorCode.NotCoordinator,
        _ => CoordinatorException.OfAppend(error),
    };

    async Task<ErrorCode> AppendAsync()
    {
        try
        {
            foreach (var append in StartAppends())
            {
                var info = await append.ConfigureAwait(false);
                if (info.Error != ErrorCode.None)
                    return info.Error;
            }

            return ErrorCode.None;
        }
        catch (Exception e)
        {
            logger.LogError(e, "Records of the coordinator of {Partition} cannot be appended", partition.Id);
            return ErrorCode.UnknownServerError;
        }
    }

    /// <summary>All that is to be appended goes to the log now, in order, however long it takes there.</summary>
    List<Task<LogAppendInfo>> StartAppends()
    {
        if (writes.Count == 0)
            return [];
        var batches = writes;
        writes = [];
        bytes = 0;
        hasTransactional = false;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var appends = new List<Task<LogAppendInfo>>(1);
        var plain = new List<byte[]>(1);
        for (var (first, next) = (0, 0); first < batches.Count; first = next)
        {
            next = EndOfBatch(batches, first);
            if (batches[first].Producer == ProducerIdAndEpoch.None)
            {
                var batch = Encode(CollectionsMarshal.AsSpan(batches)[first..next], now);
                if (plain.Sum(each => (long)each.Length) + batch.Length > partition.Config.SegmentBytes)
                    AppendPlain(plain, appends);
                plain.Add(batch);
                continue;
            }

            AppendPlain(plain, appends);
            appends.Add(batches[first].Marker is { } marker ? Append(marker, now) : Append(CollectionsMarshal.AsSpan(batches)[first..next], now));
        }

        AppendPlain(plain, appends);
        return appends;
    }

    /// <summary>
    /// All batches of no transaction go in one append, as far as a segment takes them: the log has all of them or none. Only a crash may leave the front of what an
    /// operation has appended, of which nobody has been told: a group of which not all is there has its members join again.
    /// </summary>
    void AppendPlain(List<byte[]> plain, List<Task<LogAppendInfo>> appends)
    {
        if (plain.Count == 0)
            return;
        appends.Add(partition.AppendAsync(Records.View(plain.Count == 1 ? plain[0] : [.. plain.SelectMany(batch => batch)]), AllReplicas, AppendOrigin.Coordinator).AsTask());
        plain.Clear();
    }

    int EndOfBatch(List<CoordinatorWrite> batches, int first)
    {
        var size = BatchOverhead + RecordOverhead + batches[first].SizeInBytes;
        var next = first + 1;
        while (next < batches.Count && batches[next].SharesBatchWith(batches[first]) && (size += RecordOverhead + batches[next].SizeInBytes) <= MaxBatchBytes)
            next++;
        return next;
    }

    Task<LogAppendInfo> Append(ReadOnlySpan<CoordinatorWrite> batch, long now) =>
        partition.AppendAsync(Records.View(Encode(batch, now)), AllReplicas, AppendOrigin.Coordinator, new(batch[0].Guard, default)).AsTask();

    Task<LogAppendInfo> Append(TxnMarkerEntry marker, long now) =>
        partition.AppendAsync(Records.View(marker.ToBatch(now)), AllReplicas, AppendOrigin.Coordinator, new(null, marker.TransactionVersion)).AsTask();

    byte[] Encode(ReadOnlySpan<CoordinatorWrite> batch, long now)
    {
        var producer = batch[0].Producer;
        using var builder = new RecordBatchBuilder
        {
            CompressionType = compression,
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.Epoch,
            IsTransactional = producer != ProducerIdAndEpoch.None,
        };
        foreach (var write in batch)
            builder.Append(now, write.Record.Key, write.Record.Value);
        return builder.ToArray();
    }
}
