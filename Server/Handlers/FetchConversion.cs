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
    const int MaxInlineBytes = 16 << 10;
    const int MaxInlineDecompressedBytes = 256 << 10;

    readonly BlockingExecutor executor;
    readonly DownConversion conversion;
    readonly DownConversion inlineConversion;

    FetchConversion(byte toMagic, BlockingExecutor executor)
    {
        this.executor = executor;
        conversion = new(toMagic);
        inlineConversion = new(toMagic, MaxInlineDecompressedBytes);
    }

    /// <summary>Null for versions that take batches as they are.</summary>
    public static FetchConversion? For(short apiVersion, BlockingExecutor executor)
    {
        if (apiVersion >= FirstVersionWithBatches)
            return null;
        return new(apiVersion < FirstVersionWithMagic1 ? (byte)0 : LegacyRecord.MagicWithTimestamp, executor);
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
                reads[i] = await ConvertAsync(read);
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
    async ValueTask<FetchRead> ConvertAsync(FetchRead read)
    {
        while (read.Data.Records.SizeInBytes > 0)
        {
            var converted = await ConvertAsync(read.Data.Records, read.Wanted.FetchOffset);
            if (converted.Error != ErrorCode.None)
                return FetchRead.Failed(read.Wanted, converted.Error, read.Partition);
            if (converted.Records.SizeInBytes > 0)
                return With(read, read.Data with { Records = converted.Records });
            var next = await read.Partition!.ReadAsync(converted.NextOffset, read.Wanted.MaxBytes, FetchIsolation.HighWatermark, minOneBatch: true);
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
            if (records.SizeInBytes <= MaxInlineBytes)
            {
                var converted = inlineConversion.Convert(records, firstOffset);
                if (converted.Error != ErrorCode.MessageTooLarge)
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

    static FetchRead With(FetchRead read, FetchDataInfo data) => read with { Data = data };
}
