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

    List<CoordinatorRecord> records = [];
    List<Action<ErrorCode>> waiting = [];
    int bytes;
    Task<ErrorCode> lastFlush = Task.FromResult(ErrorCode.None);

    public bool IsFull => bytes >= MaxBatchBytes / 2;

    /// <summary>Records added so far: an operation can tell by it whether it has changed anything.</summary>
    public long Count { get; private set; }

    /// <summary>Done when all that has been flushed so far is durable, or has failed.</summary>
    public Task Settled => lastFlush;

    int MaxBatchBytes => partition.Config.MaxMessageBytes;

    public void Add(in CoordinatorRecord record)
    {
        Check(record);
        records.Add(record);
        bytes += RecordOverhead + record.SizeInBytes;
        Count++;
    }

    /// <exception cref="CoordinatorException">The record is larger than the topic takes.</exception>
    public void Check(in CoordinatorRecord record)
    {
        if (BatchOverhead + RecordOverhead + record.SizeInBytes > MaxBatchBytes)
            throw new CoordinatorException(CoordinatorException.OfAppend(ErrorCode.MessageTooLarge), $"A record of {record.SizeInBytes} bytes is larger than {partition.Id} takes, {MaxBatchBytes}");
    }

    /// <summary>Where an operation begins, for it to be undone.</summary>
    public (int Records, int Waiting, int Bytes) Mark() => (records.Count, waiting.Count, bytes);

    /// <summary>Takes back what an operation has appended; who was to be answered by it hears that it failed.</summary>
    public void Undo((int Records, int Waiting, int Bytes) mark)
    {
        records.RemoveRange(mark.Records, records.Count - mark.Records);
        bytes = mark.Bytes;
        for (var i = mark.Waiting; i < waiting.Count; i++)
        {
            var answer = waiting[i];
            waiting[i] = _ => answer(ErrorCode.UnknownServerError);
        }
    }

    public void WhenDurable(Action<ErrorCode> done) => waiting.Add(done);

    /// <summary>Appends what has been added; the answers that wait are given when it and all before it is durable.</summary>
    public void Flush()
    {
        if (records.Count == 0 && waiting.Count == 0)
            return;
        lastFlush = FlushAsync(lastFlush);
    }

    /// <summary>What was refused before is everybody's error behind it: they have seen it.</summary>
    async Task<ErrorCode> FlushAsync(Task<ErrorCode> before)
    {
        var done = waiting;
        waiting = [];
        var append = AppendAsync();
        var errorBefore = await before.ConfigureAwait(false);
        var error = CoordinatorException.OfAppend(await append.ConfigureAwait(false));
        error = errorBefore == ErrorCode.None ? error : errorBefore;
        if (error != ErrorCode.None)
            failed();
        foreach (var answer in done)
            answer(error);
        return error;
    }

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
        if (records.Count == 0)
            return [];
        var batch = records;
        records = [];
        bytes = 0;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var appends = new List<Task<LogAppendInfo>>(1);
        var builder = new RecordBatchBuilder { CompressionType = compression };
        foreach (var record in batch)
        {
            if (builder.RecordCount > 0 && builder.UncompressedSizeInBytes + RecordOverhead + record.SizeInBytes > MaxBatchBytes)
            {
                appends.Add(Append(builder));
                builder = new RecordBatchBuilder { CompressionType = compression };
            }

            builder.Append(now, record.Key, record.Value);
        }

        appends.Add(Append(builder));
        return appends;
    }

    Task<LogAppendInfo> Append(RecordBatchBuilder builder)
    {
        using (builder)
            return partition.AppendAsync(Records.View(builder.ToArray()), AllReplicas, AppendOrigin.Coordinator).AsTask();
    }
}
