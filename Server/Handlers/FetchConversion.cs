using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>Converts what a fetch of an old version has read down to the format of that version. More than a little is converted off the event loop.</summary>
sealed class FetchConversion
{
    const short FirstVersionWithMagic1 = 2;
    const short FirstVersionWithBatches = 4;

    /// <summary>The most of one partition that is converted on the event loop.</summary>
    const int MaxInlinePartitionBytes = 16 << 10;

    /// <summary>The most that one request goes through on the event loop, as it is read, decompressed and converted.</summary>
    const int MaxInlineBytes = 256 << 10;

    /// <summary>The most that one request has compressed on the event loop.</summary>
    const int MaxInlineCompressedBytes = 16 << 10;

    readonly BlockingExecutor executor;
    readonly DownConversion conversion;
    readonly int maxBytes;
    readonly CancellationToken closed;
    readonly InlineBudget budget = new(MaxInlineBytes, MaxInlineCompressedBytes);

    FetchConversion(byte toMagic, BlockingExecutor executor, int maxBytes, CancellationToken closed)
    {
        this.executor = executor;
        this.maxBytes = maxBytes;
        this.closed = closed;
        conversion = new(toMagic);
    }

    /// <summary>For one request, whose response may take <paramref name="maxBytes"/>; null for versions that take batches as they are.</summary>
    public static FetchConversion? For(short apiVersion, BlockingExecutor executor, int maxBytes, CancellationToken closed)
    {
        if (apiVersion >= FirstVersionWithBatches)
            return null;
        return new(apiVersion < FirstVersionWithMagic1 ? (byte)0 : LegacyRecord.MagicWithTimestamp, executor, maxBytes, closed);
    }

    /// <summary>Puts converted records in the place of those that are read; takes over all of them.</summary>
    public async ValueTask<List<FetchRead>> ConvertAsync(ValueTask<List<FetchRead>> reading)
    {
        var reads = await reading;
        try
        {
            for (var i = 0; i < reads.Count; i++)
            {
                var read = reads[i];
                reads[i] = With(read, read.Data with { Records = Records.Empty });
                reads[i] = await ConvertAsync(read, Room(reads));
            }
        }
        catch
        {
            FetchReader.Release(reads);
            throw;
        }

        return reads;
    }

    /// <summary>Where the batches hold nothing for this format, those behind them are read: an old consumer could not step over them.</summary>
    async ValueTask<FetchRead> ConvertAsync(FetchRead read, int room)
    {
        while (read.Data.Records.SizeInBytes > 0)
        {
            var converted = await ConvertAsync(read.Data.Records, read.Wanted.FetchOffset);
            if (converted.Error != ErrorCode.None)
                return FetchRead.Failed(read.Wanted, converted.Error, read.Partition);
            if (converted.Records.SizeInBytes > 0)
                return With(read, read.Data with { Records = converted.Records });
            if (closed.IsCancellationRequested)
                return With(read, read.Data with { Records = Records.Empty });
            var next = await read.Partition!.ReadAsync(converted.NextOffset, Math.Min(read.Wanted.MaxBytes, room), FetchIsolation.HighWatermark, minOneBatch: true);
            if (next.Error != ErrorCode.None)
                return FetchRead.Failed(read.Wanted, next.Error, read.Partition);
            read = With(read, next);
        }

        return read;
    }

    async ValueTask<DownConversionResult> ConvertAsync(Records records, long firstOffset)
    {
        try
        {
            if (records.SizeInBytes <= MaxInlinePartitionBytes && !budget.IsUsedUp)
            {
                var converted = conversion.Convert(records, firstOffset, budget);
                if (converted.Error != ErrorCode.MessageTooLarge || !budget.IsUsedUp)
                    return converted;
            }

            return await executor.RunAsync(
                static work => work.Conversion.Convert(work.Records, work.FirstOffset), (Conversion: conversion, Records: records, FirstOffset: firstOffset));
        }
        finally
        {
            records.Release();
        }
    }

    /// <summary>What the other partitions have left of the response.</summary>
    int Room(List<FetchRead> reads) => (int)Math.Max(0, maxBytes - reads.Sum(read => (long)read.Data.Records.SizeInBytes));

    static FetchRead With(FetchRead read, FetchDataInfo data) => read with { Data = data };
}
