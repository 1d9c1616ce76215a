using System.Buffers.Binary;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using static NettyKafka.Tests.Support.ProducedBatch;

namespace NettyKafka.Tests.Storage;

public sealed class LogValidatorTests
{
    const int RecordCountPosition = 57;
    const int LastOffsetDeltaPosition = 23;

    static readonly CompressionType[] Codecs = Enum.GetValues<CompressionType>();

    [Test]
    public void A_good_batch_is_accepted_as_it_is([ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var batch = Batch(new() { CompressionType = codec });
        var records = Records.View(batch.ToArray());

        var result = Validate(records, null);

        Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(result.Records, Is.SameAs(records));
        Assert.That(result.Records.Span.SequenceEqual(batch), Is.True);
    }

    [Test]
    public void No_batch_at_all_is_an_invalid_record([Values(0, 11, 16, 60, 70)] int length)
    {
        Assert.That(Validate(Batch().AsSpan(0, length).ToArray()).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Validate(null, null).Error, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    [Test]
    public void Two_batches_are_an_invalid_record() => Assert.That(Validate([.. Batch(), .. Batch()]).Error, Is.EqualTo(ErrorCode.InvalidRecord));

    [Test]
    public void Too_few_bytes_for_another_batch_are_left_out([Values(1, 12, 40)] int length)
    {
        var batch = Batch();

        var result = Validate([.. batch, .. batch[..length]]);

        Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(result.Records.Span.ToArray(), Is.EqualTo(batch));
    }

    [TestCase(13, 2, ErrorCode.CorruptMessage, Description = "shorter than any format allows")]
    [TestCase(-1, 2, ErrorCode.CorruptMessage)]
    [TestCase(40, 2, ErrorCode.CorruptMessage, Description = "shorter than a batch's header")]
    [TestCase(null, 3, ErrorCode.CorruptMessage, Description = "a magic that no format has")]
    [TestCase(null, 255, ErrorCode.CorruptMessage)]
    [TestCase(null, 1, ErrorCode.InvalidRecord, Description = "an older format, which this version may not send")]
    [TestCase(null, 0, ErrorCode.InvalidRecord)]
    [TestCase(1 << 30, 2, ErrorCode.InvalidRecord, Description = "not whole: no batch")]
    public void A_wrong_length_or_magic_is_refused(int? length, byte magic, ErrorCode error)
    {
        var batch = Batch();
        if (length is { } wrong)
            BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), wrong);
        batch[RecordBatch.MagicPosition] = magic;

        Assert.That(Validate(batch).Error, Is.EqualTo(error));
    }

    [Test]
    public void A_corrupt_second_batch_is_a_corrupt_message()
    {
        var second = Batch();
        second[RecordBatch.MagicPosition] = 9;

        Assert.That(Validate([.. Batch(), .. second]).Error, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    [TestCase(6, ErrorCode.UnsupportedCompressionType)]
    [TestCase(7, ErrorCode.None)]
    public void Zstd_is_taken_from_version_7_on(short version, ErrorCode error) =>
        Assert.That(Validate(Records.View(Batch(new() { CompressionType = CompressionType.Zstd })), null, version).Error, Is.EqualTo(error));

    [TestCase(5)]
    [TestCase(7)]
    public void An_unknown_codec_is_an_unsupported_compression_type(int codec) =>
        Assert.That(Validate(Changed(Batch(), batch => batch.Attributes |= (short)codec)).Error, Is.EqualTo(ErrorCode.UnsupportedCompressionType));

    [Test]
    public void A_base_offset_that_is_not_0_is_an_invalid_record() =>
        Assert.That(Validate(Changed(Batch(), batch => batch.BaseOffset = 1)).Error, Is.EqualTo(ErrorCode.InvalidRecord));

    [TestCase(0, ErrorCode.None)]
    [TestCase(-1, ErrorCode.MessageTooLarge)]
    public void A_batch_may_be_as_large_as_the_topic_allows(int difference, ErrorCode error)
    {
        var batch = Batch();

        Assert.That(Validate(Records.View(batch), new() { MaxMessageBytes = batch.Length + difference }).Error, Is.EqualTo(error));
    }

    [Test]
    public void A_wrong_crc_is_a_corrupt_message([Values(17, 21, 57, 61, -1)] int position)
    {
        var batch = Batch();
        batch[position < 0 ? ^1 : position] ^= 0x40;

        Assert.That(Validate(batch).Error, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    [TestCase(0, 2)]
    [TestCase(-1, 2)]
    [TestCase(4, 2)]
    [TestCase(2, 2)]
    [TestCase(3, 3)]
    [TestCase(3, -1)]
    [TestCase(2, 1, Description = "agreeing, but fewer than there are")]
    [TestCase(4, 3, Description = "agreeing, but more than there are")]
    public void A_wrong_record_count_or_last_offset_is_an_invalid_record(int count, int lastOffsetDelta)
    {
        foreach (var codec in Codecs)
        {
            var bytes = Changed(Batch(new() { CompressionType = codec }), batch =>
            {
                BinaryPrimitives.WriteInt32BigEndian(batch.Bytes[RecordCountPosition..], count);
                BinaryPrimitives.WriteInt32BigEndian(batch.Bytes[LastOffsetDeltaPosition..], lastOffsetDelta);
            });
            Assert.That(Validate(bytes).Error, Is.EqualTo(ErrorCode.InvalidRecord), codec.ToString());
        }
    }

    [Test]
    public void Control_batches_are_an_invalid_record() => Assert.That(Validate(Batch(new() { IsControl = true })).Error, Is.EqualTo(ErrorCode.InvalidRecord));

    [Test]
    public void A_producer_id_needs_a_sequence()
    {
        Assert.That(Validate(Batch(new() { ProducerId = 5, ProducerEpoch = 0 })).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Validate(Batch(new() { ProducerId = 5, ProducerEpoch = 0, BaseSequence = 0 })).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_transactional_batch_needs_a_producer_id()
    {
        Assert.That(Validate(Batch(new() { IsTransactional = true })).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Validate(Batch(new() { IsTransactional = true, ProducerId = 5, ProducerEpoch = 0, BaseSequence = 0 })).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Records_that_do_not_decompress_are_an_invalid_record([Values(CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd)] CompressionType codec) =>
        Assert.That(Validate(Changed(Batch(), batch => batch.Attributes |= (short)codec)).Error, Is.EqualTo(ErrorCode.InvalidRecord));

    [Test]
    public void Records_that_decompress_beyond_the_limit_are_refused_before_memory_is_spent([Values(CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd)] CompressionType codec)
    {
        using var builder = new RecordBatchBuilder { CompressionType = codec };
        builder.Append(Now, null, new byte[64 << 20]);
        var bomb = Records.View(builder.ToArray());
        var validator = new LogValidator(1 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = validator.Validate(bomb, ProduceVersion, TopicConfig.Default with { MaxMessageBytes = int.MaxValue }, Now);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
        Assert.That(result.Error, Is.EqualTo(ErrorCode.MessageTooLarge));
    }

    [Test]
    public void Records_that_do_not_parse_are_an_invalid_record()
    {
        var bytes = Changed(Batch(), batch => batch.RecordBytes[0] = 0x7E);

        Assert.That(Validate(bytes).Error, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    [Test]
    public void Append_time_is_set_in_place([ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var records = Records.View(Batch(new() { CompressionType = codec }));

        var result = Validate(records, new() { MessageTimestampTypeIsLogAppendTime = true });

        Assert.That(result.Records, Is.SameAs(records));
        var batch = new RecordBatch(records.Span);
        Assert.That(batch.TimestampType, Is.EqualTo(TimestampType.LogAppendTime));
        Assert.That(batch.MaxTimestamp, Is.EqualTo(Now));
        Assert.That(batch.IsCrcValid, Is.True);
    }

    [Test]
    public void A_wrong_max_timestamp_is_put_right([ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var bytes = Changed(Batch(new() { CompressionType = codec }), batch => batch.SetMaxTimestamp(TimestampType.CreateTime, Now + 99));

        var result = Validate(bytes);

        Assert.That(new RecordBatch(result.Records.Span).MaxTimestamp, Is.EqualTo(Now + 2));
        Assert.That(new RecordBatch(result.Records.Span).IsCrcValid, Is.True);
    }

    [TestCase("uncompressed", CompressionType.None)]
    [TestCase("gzip", CompressionType.Gzip)]
    [TestCase("snappy", CompressionType.Snappy)]
    [TestCase("lz4", CompressionType.Lz4)]
    [TestCase("zstd", CompressionType.Zstd)]
    public void A_topic_with_its_own_codec_has_batches_of_others_rewritten(string codec, CompressionType expected)
    {
        foreach (var source in Codecs)
        {
            var sent = Batch(new() { CompressionType = source, ProducerId = 7, ProducerEpoch = 3, BaseSequence = 11, IsTransactional = true });
            var records = Records.View(sent.ToArray());

            var result = Validate(records, new() { CompressionType = codec });

            Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
            Assert.That(ReferenceEquals(result.Records, records), Is.EqualTo(source == expected));
            var batch = new RecordBatch(result.Records.Span);
            Assert.That(batch.CompressionType, Is.EqualTo(expected));
            Assert.That(batch.IsCrcValid, Is.True);
            Assert.That((batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.IsTransactional), Is.EqualTo((7L, (short)3, 11, true)));
            Assert.That(Describe(batch), Is.EqualTo(Describe(new(sent))));
            result.Records.Release();
        }
    }

    [TestCase("gzip", 1, 9)]
    [TestCase("lz4", 1, 17)]
    [TestCase("zstd", 1, 19)]
    public void The_level_of_the_topic_decides_how_much_smaller_it_gets(string codec, int level, int better)
    {
        var random = new Random(1);
        var words = Enumerable.Range(0, 500).Select(_ => random.Next().ToString("x")).ToArray();
        using var builder = new RecordBatchBuilder();
        for (var i = 0; i < 100; i++)
            builder.Append(Now, null, System.Text.Encoding.ASCII.GetBytes(string.Join(' ', random.GetItems(words, 50))));
        var sent = builder.ToArray();

        var (first, second) = (Rewritten(sent, codec, level), Rewritten(sent, codec, better));

        Assert.That(second, Has.Length.LessThan(first.Length));
        Assert.That(Describe(new(first)), Is.EqualTo(Describe(new(sent))));
        Assert.That(Describe(new(second)), Is.EqualTo(Describe(new(sent))));
    }

    [Test]
    public void A_batch_that_is_too_large_once_rewritten_is_refused()
    {
        using var builder = new RecordBatchBuilder { CompressionType = CompressionType.Gzip };
        builder.Append(Now, null, new byte[100_000]);

        var result = Validate(Records.View(builder.ToArray()), new() { CompressionType = "uncompressed", MaxMessageBytes = 10_000 });

        Assert.That(result.Error, Is.EqualTo(ErrorCode.MessageTooLarge));
    }

    [Test]
    public void Offsets_that_are_not_consecutive_are_put_right([ValueSource(nameof(Codecs))] CompressionType codec)
    {
        using var builder = new RecordBatchBuilder { CompressionType = codec };
        builder.Append(Now, [1], null, new RecordHeader("h", [2]));
        builder.AppendWithOffset(7, Now, [2], null);
        var bytes = Changed(builder.ToArray(), batch => BinaryPrimitives.WriteInt32BigEndian(batch.Bytes[LastOffsetDeltaPosition..], 1));

        var result = Validate(bytes);

        Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Describe(new(result.Records.Span)), Is.EqualTo((string[])["0 at 1800000000000: 01 h=02", "1 at 1800000000000: 02 "]));
        result.Records.Release();
    }

    [Test]
    public void An_uncompressed_batch_is_validated_without_allocating()
    {
        var records = Records.View(Batch());
        var validator = new LogValidator();
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            validator.Validate(records, ProduceVersion, TopicConfig.Default, Now);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
    }

    [Test]
    public void Random_mutations_are_answered_with_an_error_and_never_with_an_exception([ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var seed = 99 + (int)codec;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var good = Batch(new() { CompressionType = codec });
        var validator = new LogValidator(1 << 20);
        var config = TopicConfig.Default with { CompressionType = "lz4" };
        for (var i = 0; i < 2000; i++)
        {
            var bytes = good.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(3) > 0)
                new RecordBatch(bytes).UpdateCrc();

            var result = validator.Validate(Records.View(bytes), ProduceVersion, config, Now);

            result.Records.Release();
            Assert.That(result.Error, Is.AnyOf(ErrorCode.None, ErrorCode.CorruptMessage, ErrorCode.InvalidRecord, ErrorCode.InvalidTimestamp, ErrorCode.UnsupportedCompressionType,
                ErrorCode.MessageTooLarge));
        }
    }

    delegate void Change(RecordBatch batch);

    static byte[] Rewritten(byte[] batch, string codec, int level)
    {
        var result = Validate(Records.View(batch.ToArray()), new() { CompressionType = codec, CompressionGzipLevel = level, CompressionLz4Level = level, CompressionZstdLevel = level });
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None), result.ErrorMessage);
        var rewritten = result.Records.Span.ToArray();
        result.Records.Release();
        return rewritten;
    }

    static byte[] Changed(byte[] bytes, Change change)
    {
        var batch = new RecordBatch(bytes);
        change(batch);
        batch.UpdateCrc();
        return bytes;
    }

    static List<string> Describe(RecordBatch batch)
    {
        var described = new List<string>();
        foreach (var record in batch.ReadRecords())
        {
            var headers = record.Headers.ToArray().Select(header => $"{header.Key}={Convert.ToHexString(header.Value!)}");
            described.Add($"{record.Offset} at {record.Timestamp}: {Convert.ToHexString(record.Key)} {string.Join(',', headers)}");
        }

        return described;
    }
}
