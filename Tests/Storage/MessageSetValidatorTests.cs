using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Codec;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Message sets of magic 0 and 1 on their way up to a batch.</summary>
public sealed class MessageSetValidatorTests
{
    const short Version = 2;
    const long Now = TestBatch.Now;

    static readonly byte[] Magics = [0, 1];
    static readonly CompressionType[] Codecs = [CompressionType.None, CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4];
    static readonly CompressionType[] Wrapping = [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4];

    [Test]
    public void A_set_becomes_one_batch_of_its_codec([ValueSource(nameof(Magics))] byte magic, [ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var (batch, records) = Accepted(TestMessageSet.Of(magic, codec, "a", "b", "c"));

        Assert.That(batch.CompressionType, Is.EqualTo(codec));
        Assert.That((batch.BaseOffset, batch.RecordCount, batch.LastOffsetDelta), Is.EqualTo((0L, 3, 2)));
        Assert.That((batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.IsTransactional), Is.EqualTo((-1L, (short)-1, -1, false)));
        Assert.That(batch.TimestampType, Is.EqualTo(TimestampType.CreateTime));
        Assert.That(batch.MaxTimestamp, Is.EqualTo(magic == 0 ? -1 : Now + 2));
        Assert.That(records, Is.EqualTo((string[])[Describe(magic, 0, "61"), Describe(magic, 1, "62"), Describe(magic, 2, "63")]));
    }

    [TestCaseSource(nameof(Vectors))]
    public void Sets_of_the_reference_implementation_keep_their_records(RecordBatchVector vector)
    {
        var config = TopicConfig.Default with { MaxMessageBytes = int.MaxValue, MessageTimestampAfterMaxMs = long.MaxValue };

        var result = Validate(vector.Bytes, config);

        var expected = vector.Batches.SelectMany(batch => batch.Records).Select((record, i) => (record with { Offset = i }).ToString());
        Assert.That(Records(result), Is.EqualTo(expected));
    }

    [Test]
    public void Offsets_count_for_nothing([ValueSource(nameof(Magics))] byte magic, [ValueSource(nameof(Codecs))] CompressionType codec)
    {
        foreach (var offsets in (long[][])[[0, 0, 0], [7, 3, 9], [-1, -1, -1], [0, 5, 100]])
        {
            var messages = offsets.SelectMany(offset => TestMessageSet.Message(magic, offset, Now, null, [1])).ToArray();
            var set = codec == CompressionType.None ? messages : TestMessageSet.Wrap(magic, 0, Now, codec, messages);

            Assert.That(Accepted(set).Records.Select(record => record[..2]), Is.EqualTo((string[])["0 ", "1 ", "2 "]));
        }
    }

    [Test]
    public void A_wrapper_of_magic_1_with_a_smaller_offset_than_it_wraps_is_an_invalid_record()
    {
        var messages = TestMessageSet.Of(1, CompressionType.None, "a", "b", "c");

        Assert.That(Validate(TestMessageSet.Wrap(1, 1, Now, CompressionType.Gzip, messages)).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Validate(TestMessageSet.Wrap(1, 0, Now, CompressionType.Gzip, messages)).Error, Is.EqualTo(ErrorCode.None), "librdkafka leaves it at 0");
        Assert.That(Validate(TestMessageSet.Wrap(0, 1, Now, CompressionType.Gzip, TestMessageSet.Of(0, CompressionType.None, "a", "b", "c"))).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Append_time_is_that_of_the_broker_for_records_with_and_without_a_time([ValueSource(nameof(Magics))] byte magic, [ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var (batch, records) = Accepted(TestMessageSet.Of(magic, codec, "a", "b"), new() { MessageTimestampTypeIsLogAppendTime = true }, Now + 500);

        Assert.That(batch.TimestampType, Is.EqualTo(TimestampType.LogAppendTime));
        Assert.That(batch.MaxTimestamp, Is.EqualTo(Now + 500));
        Assert.That(records, Has.All.Contains($"at {Now + 500}:"));
    }

    [TestCase("uncompressed", CompressionType.None)]
    [TestCase("gzip", CompressionType.Gzip)]
    [TestCase("snappy", CompressionType.Snappy)]
    [TestCase("lz4", CompressionType.Lz4)]
    [TestCase("zstd", CompressionType.Zstd)]
    public void The_topic_chooses_the_codec(string name, CompressionType expected)
    {
        foreach (var codec in Codecs)
        {
            var (batch, records) = Accepted(TestMessageSet.Of(1, codec, "a", "b"), new() { CompressionType = name });

            Assert.That(batch.CompressionType, Is.EqualTo(expected));
            Assert.That(records, Is.EqualTo((string[])[Describe(1, 0, "61"), Describe(1, 1, "62")]));
        }
    }

    [Test]
    public void Each_message_and_the_batch_they_become_may_be_as_large_as_the_topic_allows()
    {
        var set = TestMessageSet.Of(1, CompressionType.None, new string('x', 500), new string('y', 500));
        var size = Accepted(set).Size;

        Assert.That(Validate(set, new() { MaxMessageBytes = size }).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Validate(set, new() { MaxMessageBytes = size - 1 }).Error, Is.EqualTo(ErrorCode.MessageTooLarge), "the batch");
        Assert.That(Validate(set, new() { MaxMessageBytes = 533 }).Error, Is.EqualTo(ErrorCode.MessageTooLarge), "one message");
    }

    [Test]
    public void A_compacted_topic_wants_keys([ValueSource(nameof(Magics))] byte magic, [ValueSource(nameof(Codecs))] CompressionType codec)
    {
        byte[] messages = [.. TestMessageSet.Message(magic, 0, Now, [1], [1]), .. TestMessageSet.Message(magic, 1, Now, null, [1]), .. TestMessageSet.Message(magic, 2, Now, null, null)];
        var set = codec == CompressionType.None ? messages : TestMessageSet.Wrap(magic, 2, Now, codec, messages);

        var result = Validate(set, new() { CleanupPolicy = "compact" });

        Assert.That(result.Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(result.RecordErrors.Select(error => error.BatchIndex), Is.EqualTo(codec == CompressionType.None ? (int[])[1] : [1, 2]));
        Assert.That(Validate(set).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void The_first_uncompressed_message_that_is_refused_decides_the_error_and_any_wrong_time_inside_a_compressed_one()
    {
        byte[] messages = [.. TestMessageSet.Message(1, 0, Now, null, [1]), .. TestMessageSet.Message(1, 1, Now + 3_600_001, [1], [1])];
        var compacted = TopicConfig.Default with { CleanupPolicy = "compact" };

        Assert.That(Validate(messages, compacted).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Validate(TestMessageSet.Wrap(1, 1, Now, CompressionType.Gzip, messages), compacted).Error, Is.EqualTo(ErrorCode.InvalidTimestamp));
    }

    [TestCase(Now - 1000, ErrorCode.None)]
    [TestCase(Now - 1001, ErrorCode.InvalidTimestamp)]
    [TestCase(Now + 500, ErrorCode.None)]
    [TestCase(Now + 501, ErrorCode.InvalidTimestamp)]
    [TestCase(-1, ErrorCode.None)]
    public void Timestamps_must_lie_in_the_range_of_the_topic(long timestamp, ErrorCode error)
    {
        var config = TopicConfig.Default with { MessageTimestampBeforeMaxMs = 1000, MessageTimestampAfterMaxMs = 500 };
        var message = TestMessageSet.Message(1, 0, timestamp, null, [1]);

        Assert.That(Validate(message, config).Error, Is.EqualTo(error));
        Assert.That(Validate(TestMessageSet.Wrap(1, 0, Now, CompressionType.Lz4, message), config).Error, Is.EqualTo(error));
        Assert.That(Validate(message, config with { MessageTimestampTypeIsLogAppendTime = true }).Error, Is.EqualTo(ErrorCode.None));
    }

    [TestCase(false, Now, ErrorCode.None)]
    [TestCase(false, Now + 3_600_001, ErrorCode.InvalidTimestamp)]
    [TestCase(false, -1, ErrorCode.InvalidTimestamp)]
    [TestCase(true, Now, ErrorCode.InvalidTimestamp)]
    [TestCase(true, -1, ErrorCode.InvalidTimestamp)]
    public void A_producer_may_claim_append_time_only_where_its_time_is_one_that_a_create_time_topic_takes(bool topicHasAppendTime, long timestamp, ErrorCode error)
    {
        var config = TopicConfig.Default with { MessageTimestampTypeIsLogAppendTime = topicHasAppendTime };
        var message = TestMessageSet.Message(1, 0, Now, null, [1]);

        Assert.That(Validate(TestMessageSet.Message(1, 0, timestamp, null, [1], TestMessageSet.LogAppendTimeAttribute), config).Error, Is.EqualTo(error));
        Assert.That(Validate(TestMessageSet.Wrap(1, 0, timestamp, CompressionType.Gzip, message, TestMessageSet.LogAppendTimeAttribute), config).Error, Is.EqualTo(error));
    }

    [Test]
    public void Append_time_that_a_producer_claims_becomes_the_create_time_of_what_the_message_wraps()
    {
        var messages = TestMessageSet.Of(1, CompressionType.None, "a", "b");

        var (batch, records) = Accepted(TestMessageSet.Wrap(1, 1, Now + 7, CompressionType.Gzip, messages, TestMessageSet.LogAppendTimeAttribute));

        Assert.That((batch.TimestampType, batch.MaxTimestamp), Is.EqualTo((TimestampType.CreateTime, Now + 7)));
        Assert.That(records, Has.All.Contains($"at {Now + 7}:"));
    }

    [Test]
    public void Only_the_first_errors_of_a_set_are_told([Values("time", "key", "magic")] string wrong)
    {
        const int count = 1000;
        var message = TestMessageSet.Message((byte)(wrong == "magic" ? 0 : 1), 0, wrong == "time" ? Now + 3_600_001 : Now, null, null);
        var set = TestMessageSet.Wrap(1, 0, Now, CompressionType.Gzip, [.. Enumerable.Repeat(message, count).SelectMany(bytes => bytes)]);

        var result = Validate(set, new() { CleanupPolicy = wrong == "key" ? "compact" : "delete" });

        Assert.That(result.Error, Is.EqualTo(wrong == "time" ? ErrorCode.InvalidTimestamp : ErrorCode.InvalidRecord));
        Assert.That(result.ErrorMessage, wrong == "time" ? Does.Contain("invalid timestamp") : Does.Contain($"{count} record errors"));
        Assert.That(result.RecordErrors.Select(error => error.BatchIndex), Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public void A_wrong_crc_is_a_corrupt_message_wherever_it_is([ValueSource(nameof(Magics))] byte magic)
    {
        var messages = TestMessageSet.Of(magic, CompressionType.None, "a", "b");
        for (var position = 12; position < messages.Length / 2; position++)
        {
            if (position == RecordBatch.MagicPosition)
                continue;
            var wrong = messages.ToArray();
            wrong[position] ^= 0x40;
            Assert.That(Validate(wrong).Error, Is.EqualTo(ErrorCode.CorruptMessage), $"byte {position}");
            Assert.That(Validate(TestMessageSet.Wrap(magic, 1, Now, CompressionType.Gzip, wrong)).Error, Is.EqualTo(ErrorCode.CorruptMessage), $"byte {position} inside");
        }
    }

    [Test]
    public void The_magic_inside_must_be_that_of_the_wrapper([ValueSource(nameof(Magics))] byte magic)
    {
        byte[] messages = [.. TestMessageSet.Message(magic, 0, Now, null, [1]), .. TestMessageSet.Message((byte)(1 - magic), 1, Now, null, [1])];

        var result = Validate(TestMessageSet.Wrap(magic, 1, Now, CompressionType.Snappy, messages));

        Assert.That(result.Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(result.RecordErrors.Single().BatchIndex, Is.EqualTo(1));
    }

    [Test]
    public void Formats_are_not_mixed()
    {
        var magic0 = TestMessageSet.Of(0, CompressionType.None, "a");
        var magic1 = TestMessageSet.Of(1, CompressionType.None, "a");
        var batch = TestBatch.Of("a").Span.ToArray();

        foreach (var (first, second) in ((byte[], byte[])[])[(magic0, magic1), (magic1, magic0), (magic1, batch), (batch, magic1), (batch, batch)])
            Assert.That(Validate([.. first, .. second]).Error, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    [Test]
    public void A_compressed_message_stands_alone([ValueSource(nameof(Wrapping))] CompressionType codec, [ValueSource(nameof(Codecs))] CompressionType other)
    {
        var (first, second) = (TestMessageSet.Of(1, codec, "a"), TestMessageSet.Of(1, other, "b"));

        Assert.That(Validate([.. first, .. second]).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Validate([.. second, .. first]).Error, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    [Test]
    public void What_is_compressed_twice_is_an_invalid_record() =>
        Assert.That(Validate(TestMessageSet.Wrap(1, 0, Now, CompressionType.Gzip, TestMessageSet.Of(1, CompressionType.Gzip, "a"))).Error, Is.EqualTo(ErrorCode.InvalidRecord));

    [TestCase(4, ErrorCode.InvalidRecord, Description = "zstd, which these formats do not have")]
    [TestCase(5, ErrorCode.UnsupportedCompressionType)]
    [TestCase(1, ErrorCode.InvalidRecord, Description = "no gzip at all")]
    public void A_codec_that_does_not_fit_is_refused(int codec, ErrorCode error) =>
        Assert.That(Validate(TestMessageSet.Message(1, 0, Now, null, [1, 2, 3], codec)).Error, Is.EqualTo(error));

    [Test]
    public void A_compressed_message_needs_content()
    {
        Assert.That(Validate(TestMessageSet.Message(1, 0, Now, null, null, (int)CompressionType.Gzip)).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Validate(TestMessageSet.Wrap(1, 0, Now, CompressionType.Gzip, [])).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Validate(TestMessageSet.Wrap(1, 0, Now, CompressionType.Gzip, TestMessageSet.Of(1, CompressionType.None, "a", "b")[..^1])).Error, Is.EqualTo(ErrorCode.InvalidRecord));
    }

    [Test]
    public void Too_few_bytes_for_another_message_are_left_out([Values(1, 12, 30)] int length, [Values(CompressionType.None, CompressionType.Gzip)] CompressionType codec) =>
        Assert.That(Accepted([.. TestMessageSet.Of(1, codec, "a"), .. TestMessageSet.Of(1, codec, "b")[..length]]).Records, Is.EqualTo((string[])[Describe(1, 0, "61")]));

    [Test]
    public void A_set_without_a_whole_message_is_nothing_to_append([Values(0, 11, 12, 16, 30)] int length)
    {
        var result = Validate(TestMessageSet.Of(1, CompressionType.None, "a")[..length]);

        Assert.That((result.Error, result.Records.SizeInBytes), Is.EqualTo((ErrorCode.None, 0)));
    }

    [TestCase(13)]
    [TestCase(-1)]
    public void A_length_that_no_format_has_is_a_corrupt_message(int length)
    {
        var set = TestMessageSet.Of(1, CompressionType.None, "a");
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(set.AsSpan(8), length);

        Assert.That(Validate(set).Error, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    [Test]
    public void An_old_version_may_bring_one_batch_of_the_newest_format([Range(0, 2)] short version)
    {
        var records = TestBatch.Of("a", "b");

        var result = new LogValidator().Validate(records, version, TopicConfig.Default, Now);

        Assert.That((result.Error, result.Records), Is.EqualTo((ErrorCode.None, records)));
    }

    [Test]
    public void Only_old_versions_may_bring_a_message_set() =>
        Assert.That(new LogValidator().Validate(NettyKafka.Codec.Wire.Records.View(TestMessageSet.Of(1, CompressionType.None, "a")), 3, TopicConfig.Default, Now).Error, Is.EqualTo(ErrorCode.InvalidRecord));

    [Test]
    public void A_message_that_decompresses_beyond_the_limit_is_refused_before_memory_is_spent([ValueSource(nameof(Wrapping))] CompressionType codec)
    {
        var bomb = TestMessageSet.Wrap(1, 0, Now, codec, TestMessageSet.Message(1, 0, Now, null, new byte[64 << 20]));
        var config = TopicConfig.Default with { MaxMessageBytes = int.MaxValue };
        var validator = new LogValidator(1 << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = validator.Validate(NettyKafka.Codec.Wire.Records.View(bomb), Version, config, Now);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
        Assert.That(result.Error, Is.EqualTo(ErrorCode.MessageTooLarge));
    }

    [Test]
    public void Random_mutations_are_answered_with_an_error_and_never_with_an_exception([ValueSource(nameof(Magics))] byte magic, [ValueSource(nameof(Codecs))] CompressionType codec)
    {
        var seed = 77 + (10 * magic) + (int)codec;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var messages = TestMessageSet.Of(magic, CompressionType.None, "one", "two", "three");
        for (var i = 0; i < 1000; i++)
        {
            var bytes = messages.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (codec != CompressionType.None)
                bytes = TestMessageSet.Wrap(magic, 2, Now, codec, bytes);

            var result = new LogValidator(1 << 20).Validate(NettyKafka.Codec.Wire.Records.View(bytes), Version, TopicConfig.Default, Now);

            result.Records.Release();
            Assert.That(result.Error, Is.AnyOf(ErrorCode.None, ErrorCode.CorruptMessage, ErrorCode.InvalidRecord, ErrorCode.InvalidTimestamp, ErrorCode.UnsupportedCompressionType));
        }
    }

    static IEnumerable<RecordBatchVector> Vectors() => RecordBatchVector.OfMagic(0, 1);

    static string Describe(byte magic, int offset, string value) => $"{offset} at {(magic == 0 ? -1 : Now + offset)}: null -> {value} []";

    static LogValidationResult Validate(byte[] set, TopicConfig? config = null, long now = Now) =>
        new LogValidator().Validate(NettyKafka.Codec.Wire.Records.View(set), Version, config ?? TopicConfig.Default, now);

    static AcceptedBatch Accepted(byte[] set, TopicConfig? config = null, long now = Now)
    {
        var result = Validate(set, config, now);
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None), result.ErrorMessage);
        var bytes = result.Records.Span.ToArray();
        return new(bytes, Records(result));
    }

    static List<string> Records(LogValidationResult result)
    {
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None), result.ErrorMessage);
        var batch = new RecordBatch(result.Records.Span);
        Assert.That(batch.IsCrcValid, Is.True);
        var described = new List<string>();
        foreach (var record in batch.ReadRecords())
            described.Add(RecordBatchVector.Describe(record));
        result.Records.Release();
        return described;
    }

    readonly ref struct AcceptedBatch(byte[] bytes, List<string> records)
    {
        public List<string> Records => records;

        public int Size => bytes.Length;

        public void Deconstruct(out RecordBatch batch, out List<string> described)
        {
            batch = new(bytes);
            described = records;
        }
    }
}
