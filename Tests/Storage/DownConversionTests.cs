using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Codec;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Batches on their way down to message sets of magic 0 and 1.</summary>
public sealed class DownConversionTests
{
    const long Now = TestBatch.Now;

    static readonly byte[] Magics = [0, 1];
    static readonly CompressionType[] Codecs = [CompressionType.None, CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4];

    [TestCaseSource(nameof(UncompressedVectors))]
    public void Uncompressed_batches_become_the_bytes_of_the_reference_implementation(RecordBatchVector expected)
    {
        var source = RecordBatchVector.OfMagic(RecordBatch.CurrentMagic).Single(vector => vector.Case == expected.Case && vector.Codec == "none"
            && vector.TimestampType == (expected.Magic == 0 ? TimestampType.CreateTime : expected.TimestampType));

        var converted = Convert(expected.Magic, source.Bytes);

        Assert.That(System.Convert.ToHexString(converted), Is.EqualTo(System.Convert.ToHexString(expected.Bytes)));
    }

    [TestCaseSource(nameof(CompressedVectors))]
    public void Compressed_batches_become_one_wrapper_of_their_codec(RecordBatchVector expected)
    {
        var source = RecordBatchVector.OfMagic(RecordBatch.CurrentMagic).Single(vector => vector.Case == expected.Case && vector.Codec == expected.Codec
            && vector.TimestampType == (expected.Magic == 0 ? TimestampType.CreateTime : expected.TimestampType));

        var converted = Convert(expected.Magic, source.Bytes);

        ReadOnlySpan<byte> rest = converted;
        Assert.That(LegacyRecord.TryTakeFirst(ref rest, out var wrapper, out _), Is.True);
        Assert.That(rest.Length, Is.Zero);
        Assert.That(wrapper.CompressionType.ToString(), Is.EqualTo(expected.Codec).IgnoreCase);
        Assert.That((wrapper.Magic, wrapper.Offset, wrapper.Timestamp), Is.EqualTo((expected.Magic, expected.Batches[0].LastOffset, expected.Batches[0].MaxTimestamp)));
        Assert.That(Describe(converted), Is.EqualTo(expected.Batches.SelectMany(batch => batch.Records).Select(record => record.ToString())));
    }

    [Test]
    public void Headers_and_producers_are_lost([ValueSource(nameof(Magics))] byte magic, [ValueSource(nameof(Codecs))] CompressionType codec)
    {
        using var builder = new RecordBatchBuilder(40) { CompressionType = codec, ProducerId = 7, ProducerEpoch = 1, BaseSequence = 2, IsTransactional = true };
        builder.Append(Now, [1], null, new RecordHeader("header", [3]));

        Assert.That(Describe(Convert(magic, builder.ToArray(), firstOffset: 40)), Is.EqualTo((string[])[$"40 at {(magic == 0 ? -1 : Now)}: 01 -> null []"]));
    }

    [Test]
    public void Records_below_the_offset_wanted_are_left_out_of_an_uncompressed_batch_only([ValueSource(nameof(Codecs))] CompressionType codec) =>
        Assert.That(Offsets(Convert(1, Batch(10, codec, 10, 11, 12), firstOffset: 11)), Is.EqualTo(codec == CompressionType.None ? (int[])[11, 12] : [10, 11, 12]));

    [Test]
    public void A_batch_compacted_below_the_offset_wanted_is_left_out([ValueSource(nameof(Codecs))] CompressionType codec)
    {
        byte[] batches = [.. WithLastOffset(Batch(10, codec, 10, 12), 19), .. Batch(20, codec, 20)];

        Assert.That(Offsets(Convert(1, batches, firstOffset: 15)), Is.EqualTo((int[])[20]));
    }

    [Test]
    public void Gaps_of_compaction_stay([ValueSource(nameof(Magics))] byte magic, [ValueSource(nameof(Codecs))] CompressionType codec) =>
        Assert.That(Offsets(Convert(magic, WithLastOffset(Batch(10, codec, 12, 17), 19), firstOffset: 10)), Is.EqualTo((int[])[12, 17]));

    [Test]
    public void Control_batches_and_empty_ones_are_left_out_and_stepped_over()
    {
        byte[] batches = [.. WithBaseOffset(TestBatch.Marker(7, 0, isAbort: false).Span.ToArray(), 5), .. WithLastOffset(Batch(6, CompressionType.None), 8)];

        var result = new DownConversion(1).Convert(Records.View(batches), 5);

        Assert.That((result.Error, result.Records.SizeInBytes, result.NextOffset), Is.EqualTo((ErrorCode.None, 0, 9L)));
        Assert.That(Offsets(Convert(1, [.. batches, .. Batch(9, CompressionType.None, 9)], firstOffset: 5)), Is.EqualTo((int[])[9]));
    }

    [Test]
    public void Zstd_is_an_unsupported_compression_type_once_it_comes_first()
    {
        var (plain, zstd) = (Batch(0, CompressionType.None, 0), Batch(1, CompressionType.Zstd, 1));

        Assert.That(new DownConversion(1).Convert(Records.View(zstd), 1).Error, Is.EqualTo(ErrorCode.UnsupportedCompressionType));
        Assert.That(Offsets(Convert(1, [.. plain, .. zstd])), Is.EqualTo((int[])[0]), "what comes before it is given");
    }

    [Test]
    public void Corrupt_batches_are_not_given_a_right_crc([ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var corrupt = Batch(1, codec, 1);
        corrupt[^1] ^= 1;

        Assert.That(new DownConversion(1).Convert(Records.View(corrupt), 1).Error, Is.EqualTo(ErrorCode.CorruptMessage));
        Assert.That(Offsets(Convert(1, [.. Batch(0, codec, 0), .. corrupt])), Is.EqualTo((int[])[0]));
    }

    [Test]
    public void Records_that_do_not_parse_are_a_corrupt_message()
    {
        var batch = Batch(0, CompressionType.None, 0);
        batch[RecordBatch.HeaderSize] = 0x7E;
        new RecordBatch(batch).UpdateCrc();

        Assert.That(new DownConversion(1).Convert(Records.View(batch), 0).Error, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    [Test]
    public void What_decompresses_beyond_the_limit_is_too_large()
    {
        using var builder = new RecordBatchBuilder { CompressionType = CompressionType.Gzip };
        builder.Append(Now, null, new byte[200_000]);
        var batch = builder.ToArray();

        Assert.That(new DownConversion(1, 100_000).Convert(Records.View(batch), 0).Error, Is.EqualTo(ErrorCode.MessageTooLarge));
        Assert.That(Convert(1, batch), Is.Not.Empty);
    }

    [Test]
    public void What_takes_more_than_the_limit_in_the_old_format_is_too_large_before_memory_is_spent(
        [ValueSource(nameof(Magics))] byte magic, [ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var batch = Records.View(Batch(0, codec, [.. Enumerable.Range(0, 200_000).Select(i => (long)i)]));
        var conversion = new DownConversion(magic, 3 << 20);
        conversion.Convert(batch, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = conversion.Convert(batch, 0);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 << 20));
        Assert.That((result.Error, result.Records.SizeInBytes), Is.EqualTo((ErrorCode.MessageTooLarge, 0)));
    }

    [Test]
    public void The_limit_counts_for_all_batches_together([ValueSource(nameof(Magics))] byte magic)
    {
        List<byte> batches = [];
        for (var offset = 0; offset < 10; offset++)
        {
            using var builder = new RecordBatchBuilder(offset);
            builder.Append(Now, null, new byte[10_000]);
            batches.AddRange(builder.ToArray());
        }

        var result = new DownConversion(magic, 50_000).Convert(Records.View(batches.ToArray()), 0);

        Assert.That((result.Error, result.NextOffset), Is.EqualTo((ErrorCode.None, 4)));
        result.Records.Release();
    }

    [Test]
    public void The_first_batch_is_converted_whole_and_others_as_far_as_they_fit_in_the_size_of_all()
    {
        var small = Enumerable.Range(0, 50).Select(i => (long)i).ToArray();
        var first = Batch(0, CompressionType.None, small);
        byte[] batches = [.. first, .. Batch(50, CompressionType.None, 50), .. Batch(51, CompressionType.None, 51)];

        var result = new DownConversion(1).Convert(Records.View(batches), 0);

        Assert.That(result.Records.SizeInBytes, Is.GreaterThan(batches.Length), "small records take more in an old format");
        Assert.That(Offsets(result.Records.Span.ToArray()), Is.EqualTo(small));
        Assert.That(result.NextOffset, Is.EqualTo(50));
        result.Records.Release();
    }

    [Test]
    public void What_is_converted_holds_one_reference()
    {
        var result = new DownConversion(1).Convert(TestBatch.Of("a"), 0);
        var buffer = result.Records.ToBuffer();

        Assert.That(buffer.ReferenceCount, Is.EqualTo(1));
        result.Records.Release();
        Assert.That(buffer.ReferenceCount, Is.Zero);
    }

    [Test]
    public void Both_ways_the_records_are_the_same([ValueSource(nameof(Magics))] byte magic, [ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var set = TestMessageSet.Of(magic, codec, "a", "b", "c");
        var up = new LogValidator().Validate(Records.View(set), 2, Server.Config.TopicConfig.Default, Now);

        var down = Convert(magic, up.Records.Span.ToArray());

        Assert.That(Describe(down), Is.EqualTo(Describe(set)));
        up.Records.Release();
    }

    static IEnumerable<RecordBatchVector> UncompressedVectors() => Vectors().Where(vector => vector.Codec == "none");

    static IEnumerable<RecordBatchVector> CompressedVectors() => Vectors().Where(vector => vector.Codec != "none");

    /// <summary>Those whose records are the same in every format; the big ones are random in each.</summary>
    static IEnumerable<RecordBatchVector> Vectors() => RecordBatchVector.OfMagic(0, 1).Where(vector => vector.Case != "big");

    static byte[] Convert(byte magic, byte[] batches, long firstOffset = 0)
    {
        var result = new DownConversion(magic).Convert(Records.View(batches), firstOffset);
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
        var bytes = result.Records.Span.ToArray();
        result.Records.Release();
        return bytes;
    }

    static byte[] Batch(long baseOffset, CompressionType codec, params long[] offsets)
    {
        using var builder = new RecordBatchBuilder(baseOffset) { CompressionType = codec };
        foreach (var offset in offsets)
            builder.AppendWithOffset(offset, Now, null, [1, 2, 3]);
        return builder.ToArray();
    }

    static byte[] WithLastOffset(byte[] bytes, long lastOffset)
    {
        var batch = new RecordBatch(bytes);
        batch.LastOffsetDelta = (int)(lastOffset - batch.BaseOffset);
        batch.UpdateCrc();
        return bytes;
    }

    static byte[] WithBaseOffset(byte[] bytes, long baseOffset)
    {
        _ = new RecordBatch(bytes) { BaseOffset = baseOffset };
        return bytes;
    }

    static IEnumerable<int> Offsets(byte[] set) => Describe(set).Select(record => int.Parse(record[..record.IndexOf(' ')]));

    static List<string> Describe(byte[] set)
    {
        using var reader = new MessageSetReader(set);
        var described = new List<string>();
        while (reader.TryRead(out var record))
            described.Add(RecordBatchVector.Describe(record));
        Assert.That(reader.ErrorMessage, Is.Null);
        return described;
    }
}
