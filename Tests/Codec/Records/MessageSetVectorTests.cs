using NettyKafka.Codec.Records;

namespace NettyKafka.Tests.Codec;

public sealed class MessageSetVectorTests
{
    [TestCaseSource(nameof(Vectors))]
    public void Reads_what_the_reference_implementation_writes(RecordBatchVector vector)
    {
        Assert.That(Describe(vector.Bytes), Is.EqualTo(Expected(vector)));
        AssertMessages(vector.Bytes, vector.Batches, vector);
    }

    [TestCaseSource(nameof(Vectors))]
    public void Writes_the_same_bytes_again_or_where_compressed_the_same_records(RecordBatchVector vector)
    {
        using var builder = new MessageSetBuilder(vector.Magic, Enum.Parse<CompressionType>(vector.Codec, ignoreCase: true))
        {
            LogAppendTime = vector.TimestampType == TimestampType.LogAppendTime ? vector.Batches[0].MaxTimestamp : null,
        };
        using var reader = new MessageSetReader(vector.Bytes);
        while (reader.TryRead(out var record))
            Assert.That(builder.TryAppend(record));

        var written = builder.ToArray();

        Assert.That(Describe(written), Is.EqualTo(Expected(vector)));
        if (vector.Codec == "none")
            Assert.That(Convert.ToHexString(written), Is.EqualTo(Convert.ToHexString(vector.Bytes)));
        else
            AssertMessages(written, [vector.Batches[0] with { SizeInBytes = written.Length }], vector);
    }

    [Test]
    public void Every_vector_of_magic_0_and_1_is_there() => Assert.That(Vectors().Count(), Is.EqualTo(48));

    static IEnumerable<RecordBatchVector> Vectors() => RecordBatchVector.OfMagic(0, 1);

    static IEnumerable<string> Expected(RecordBatchVector vector) => vector.Batches.SelectMany(batch => batch.Records).Select(record => record.ToString());

    static void AssertMessages(ReadOnlySpan<byte> rest, RecordBatchVector.Batch[] batches, RecordBatchVector vector)
    {
        foreach (var batch in batches)
        {
            Assert.That(LegacyRecord.TryTakeFirst(ref rest, out var message, out _), Is.True);
            Assert.That(message.Magic, Is.EqualTo(vector.Magic));
            Assert.That(message.Offset, Is.EqualTo(batch.LastOffset));
            Assert.That(message.Timestamp, Is.EqualTo(batch.MaxTimestamp));
            Assert.That(message.TimestampType, Is.EqualTo(vector.TimestampType));
            Assert.That(message.SizeInBytes, Is.EqualTo(batch.SizeInBytes));
            Assert.That(message.CompressionType.ToString(), Is.EqualTo(vector.Codec).IgnoreCase);
            Assert.That(message.IsCrcValid, Is.True);
        }

        Assert.That(rest.Length, Is.Zero);
    }

    static List<string> Describe(ReadOnlySpan<byte> messages)
    {
        using var reader = new MessageSetReader(messages);
        var described = new List<string>();
        while (reader.TryRead(out var record))
            described.Add(RecordBatchVector.Describe(record));
        Assert.That(reader.ErrorMessage, Is.Null);
        return described;
    }
}
