using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using static NettyKafka.Tests.Support.ProducedBatch;

namespace NettyKafka.Tests.Storage;

/// <summary>What is checked of each record: keys where the topic is compacted, timestamps, and how much of it is told.</summary>
public sealed class RecordValidatorTests
{
    static readonly CompressionType[] Codecs = Enum.GetValues<CompressionType>();

    [Test]
    public void A_compacted_topic_wants_keys_and_names_the_records_without()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Now, null, [1]);
        builder.Append(Now, [], [1]);
        builder.Append(Now, null, null);

        var result = Validate(Records.View(builder.ToArray()), new() { CleanupPolicy = "compact,delete" });

        Assert.That(result.Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(result.RecordErrors.Select(error => error.BatchIndex), Is.EqualTo((int[])[0, 2]));
        Assert.That(result.RecordErrors[0].Message, Does.Contain("without key"));
        Assert.That(Validate(builder.ToArray()).Error, Is.EqualTo(ErrorCode.None));
    }

    [TestCase(Now - 1000, true)]
    [TestCase(Now - 1001, false)]
    [TestCase(Now + 500, true)]
    [TestCase(Now + 501, false)]
    [TestCase(-1, true, Description = "no timestamp")]
    [TestCase(long.MaxValue, false)]
    [TestCase(long.MinValue, false)]
    public void Timestamps_must_lie_in_the_range_of_the_topic(long timestamp, bool accepted)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Now, null, null);
        builder.Append(timestamp, null, null);
        var config = TopicConfig.Default with { MessageTimestampBeforeMaxMs = 1000, MessageTimestampAfterMaxMs = 500 };

        var result = Validate(Records.View(builder.ToArray()), config);

        Assert.That(result.Error, Is.EqualTo(accepted ? ErrorCode.None : ErrorCode.InvalidTimestamp));
        Assert.That(result.RecordErrors.Select(error => error.BatchIndex), Is.EqualTo(accepted ? Array.Empty<int>() : [1]));
        Assert.That(Validate(Records.View(builder.ToArray()), config with { MessageTimestampTypeIsLogAppendTime = true }).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void One_wrong_timestamp_decides_the_error_of_the_batch()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(Now, null, null);
        builder.Append(Now + 3_600_001, [1], null);

        var result = Validate(Records.View(builder.ToArray()), new() { CleanupPolicy = "compact" });

        Assert.That(result.Error, Is.EqualTo(ErrorCode.InvalidTimestamp));
        Assert.That(result.RecordErrors, Has.Count.EqualTo(2));
    }

    [Test]
    public void Only_the_first_errors_of_a_batch_of_millions_are_told([Values] bool isTimestampWrong)
    {
        const int count = 500_000;
        using var builder = new RecordBatchBuilder { CompressionType = CompressionType.Gzip };
        for (var i = 0; i < count; i++)
            builder.Append(isTimestampWrong ? Now + 3_600_001 : Now, null, null);
        var records = Records.View(builder.ToArray());
        var config = TopicConfig.Default with { CleanupPolicy = isTimestampWrong ? "delete" : "compact" };
        Validate(records, config);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = Validate(records, config);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 << 20), "the buffer of what is decompressed, and little more");
        Assert.That(result.Error, Is.EqualTo(isTimestampWrong ? ErrorCode.InvalidTimestamp : ErrorCode.InvalidRecord));
        Assert.That(result.ErrorMessage, isTimestampWrong ? Does.Contain("invalid timestamp") : Does.Contain($"{count} record errors"));
        Assert.That(result.RecordErrors.Select(error => error.BatchIndex), Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public void A_wrong_timestamp_behind_the_errors_that_are_told_decides_the_error_of_the_batch()
    {
        using var builder = new RecordBatchBuilder();
        for (var i = 0; i < 150; i++)
            builder.Append(Now, null, null);
        builder.Append(Now + 3_600_001, [1], null);

        var result = Validate(Records.View(builder.ToArray()), new() { CleanupPolicy = "compact" });

        Assert.That(result.Error, Is.EqualTo(ErrorCode.InvalidTimestamp));
        Assert.That(result.RecordErrors, Has.Count.EqualTo(100));
    }

    [TestCase(false, Now, ErrorCode.None)]
    [TestCase(false, Now + 3_600_001, ErrorCode.InvalidTimestamp)]
    [TestCase(false, -1, ErrorCode.InvalidTimestamp)]
    [TestCase(true, Now, ErrorCode.InvalidTimestamp)]
    [TestCase(true, -1, ErrorCode.InvalidTimestamp)]
    public void A_producer_may_claim_append_time_only_where_its_time_is_one_that_a_create_time_topic_takes(bool topicHasAppendTime, long timestamp, ErrorCode error)
    {
        foreach (var codec in Codecs)
        {
            var batch = Batch(new() { CompressionType = codec, LogAppendTime = timestamp });

            Assert.That(Validate(Records.View(batch), new() { MessageTimestampTypeIsLogAppendTime = topicHasAppendTime }).Error, Is.EqualTo(error));
        }
    }

    [TestCase("producer")]
    [TestCase("gzip")]
    public void Append_time_that_a_producer_claims_becomes_create_time(string codec)
    {
        var result = Validate(Records.View(Batch(new() { LogAppendTime = Now + 7 })), new() { CompressionType = codec });

        var batch = new RecordBatch(result.Records.Span);
        Assert.That((batch.TimestampType, batch.MaxTimestamp, batch.IsCrcValid), Is.EqualTo((TimestampType.CreateTime, Now + 7, true)));
        result.Records.Release();
    }
}
