using NettyKafka.Codec.Records;

namespace NettyKafka.Tests.Codec;

public sealed class RecordBatchVectorTests
{
    [TestCaseSource(nameof(Vectors))]
    public void Reads_what_the_reference_implementation_writes(RecordBatchVector vector)
    {
        var rest = vector.Bytes.AsSpan();
        foreach (var expected in vector.Batches)
        {
            Assert.That(RecordBatch.TryTakeFirst(ref rest, out var batch), Is.True);
            AssertHeader(batch, expected, vector);
            Assert.That(Describe(batch), Is.EqualTo(expected.Records.Select(record => record.ToString())));
        }

        Assert.That(rest.Length, Is.Zero);
    }

    [TestCaseSource(nameof(Vectors))]
    public void Writes_the_same_bytes_again_or_where_compressed_the_same_records(RecordBatchVector vector)
    {
        var batch = new RecordBatch(vector.Bytes);
        using var builder = BuilderLike(batch);
        foreach (var record in WithOwnTimestamps(batch).ReadRecords())
            builder.Append(record);

        var written = builder.ToArray();

        Assert.That(Describe(new(written)), Is.EqualTo(vector.Batches.Single().Records.Select(record => record.ToString())));
        Assert.That(written[RecordBatch.MagicPosition], Is.EqualTo(vector.Magic));
        AssertHeader(new(written), vector.Batches.Single() with { SizeInBytes = written.Length }, vector);
        if (vector.Codec == "none")
            Assert.That(Convert.ToHexString(written), Is.EqualTo(Convert.ToHexString(vector.Bytes)));
    }

    [Test]
    public void Every_vector_of_magic_2_is_there() => Assert.That(Vectors().Count(), Is.EqualTo(62));

    static IEnumerable<RecordBatchVector> Vectors() => RecordBatchVector.OfMagic(2);

    static void AssertHeader(RecordBatch batch, RecordBatchVector.Batch expected, RecordBatchVector vector)
    {
        var actual = new RecordBatchVector.Batch(batch.BaseOffset, batch.LastOffset, batch.MaxTimestamp, batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence,
            batch.IsTransactional, batch.IsControl, batch.PartitionLeaderEpoch, batch.SizeInBytes, expected.Records);
        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(batch.IsCrcValid, Is.True);
        Assert.That(batch.RecordCount, Is.EqualTo(expected.Records.Length));
        Assert.That(batch.TimestampType, Is.EqualTo(vector.TimestampType));
        Assert.That(batch.CompressionType.ToString(), Is.EqualTo(vector.Codec).IgnoreCase);
    }

    static List<string> Describe(RecordBatch batch)
    {
        var described = new List<string>();
        foreach (var record in batch.ReadRecords())
            described.Add(RecordBatchVector.Describe(record));
        return described;
    }

    static RecordBatchBuilder BuilderLike(RecordBatch batch) => new(batch.BaseOffset)
    {
        CompressionType = batch.CompressionType,
        LogAppendTime = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : null,
        ProducerId = batch.ProducerId,
        ProducerEpoch = batch.ProducerEpoch,
        BaseSequence = batch.BaseSequence,
        IsTransactional = batch.IsTransactional,
        IsControl = batch.IsControl,
        PartitionLeaderEpoch = batch.PartitionLeaderEpoch,
    };

    /// <summary>The batch as its producer wrote it, before the log set its own time.</summary>
    static RecordBatch WithOwnTimestamps(RecordBatch batch)
    {
        var copy = new RecordBatch(batch.Bytes.ToArray());
        copy.SetMaxTimestamp(TimestampType.CreateTime, batch.MaxTimestamp);
        return copy;
    }
}
