using System.Buffers.Binary;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;

namespace NettyKafka.Tests.Codec;

public sealed class CorruptRecordsTests
{
    const int MutationsPerVector = 300;
    const int MaxDecompressedBytes = 1 << 20;

    [TestCaseSource(typeof(RecordBatchVector), nameof(RecordBatchVector.All))]
    public void Every_truncation_is_refused_cleanly(RecordBatchVector vector)
    {
        for (var length = 0; length < vector.Bytes.Length; length++)
        {
            var cut = vector.Bytes.AsSpan(0, length).ToArray();
            if (vector.Magic < RecordBatch.CurrentMagic)
                Assert.That(CountMessages(cut), Is.LessThan(vector.Batches.Sum(batch => batch.Records.Length)));
            else
                AssertNoBatch(cut);
        }
    }

    [TestCaseSource(nameof(BatchVectors))]
    public void A_batch_whose_records_are_cut_off_is_refused(RecordBatchVector vector)
    {
        // The end of a compressed stream may hold nothing but checksums, which not every codec asks for.
        var last = vector.Codec == "none" ? vector.Bytes.Length : (RecordBatch.HeaderSize + vector.Bytes.Length) / 2;
        using var decompressed = new PooledBuffer(MaxDecompressedBytes);
        for (var length = RecordBatch.HeaderSize; length < last; length++)
        {
            var cut = new RecordBatch(vector.Bytes.AsSpan(0, length));
            Assert.That(IsReadable(cut, decompressed), Is.False, $"{length} bytes");
        }
    }

    [TestCaseSource(typeof(RecordBatchVector), nameof(RecordBatchVector.All))]
    public void Random_mutations_are_read_or_refused_cleanly(RecordBatchVector vector)
    {
        var seed = 20261101 + RecordBatchVector.All.ToList().IndexOf(vector);
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < MutationsPerVector; i++)
        {
            var mutated = vector.Bytes.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            if (vector.Magic < RecordBatch.CurrentMagic)
                CountMessages(WithValidCrc(mutated));
            else
                ReadOrRefuse(mutated);
        }
    }

    [TestCase(CompressionType.Gzip)]
    [TestCase(CompressionType.Snappy)]
    [TestCase(CompressionType.Lz4)]
    [TestCase(CompressionType.Zstd)]
    public void A_batch_that_decompresses_beyond_the_limit_is_refused(CompressionType codec)
    {
        using var builder = new RecordBatchBuilder { CompressionType = codec };
        builder.Append(0, null, new byte[2 * MaxDecompressedBytes]);
        var bytes = builder.ToArray();

        Assert.That(() => CountRecords(bytes), Throws.TypeOf<InvalidRecordException>().With.Message.Contains(nameof(DecompressionResult.TooLarge)));
    }

    [Test]
    public void An_unknown_codec_is_refused()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0, null, []);
        var bytes = builder.ToArray();
        new RecordBatch(bytes).Attributes |= 7;

        Assert.That(() => CountRecords(bytes), Throws.TypeOf<InvalidRecordException>().With.Message.Contains(nameof(DecompressionResult.UnknownCodec)));
    }

    [TestCase(1, Description = "more than there are")]
    [TestCase(-1, Description = "fewer than there are")]
    public void A_wrong_record_count_is_refused(int difference)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(0, null, []);
        builder.Append(0, null, []);
        var bytes = builder.ToArray();
        new RecordBatch(bytes).RecordCount += difference;

        Assert.That(() => CountRecords(bytes), Throws.TypeOf<InvalidRecordException>());
    }

    static IEnumerable<RecordBatchVector> BatchVectors() => RecordBatchVector.OfMagic(RecordBatch.CurrentMagic);

    static bool IsReadable(RecordBatch batch, PooledBuffer decompressed)
    {
        decompressed.Clear();
        if (CompressionCodec.Decompress(batch.CompressionType, batch.Magic, batch.RecordBytes, decompressed) != DecompressionResult.Done)
            return false;
        var reader = new RecordReader(batch, decompressed.WrittenSpan);
        while (reader.TryRead(out _))
        {
        }

        return reader.Error is null;
    }

    static void AssertNoBatch(Span<byte> cut) => Assert.That(RecordBatch.TryTakeFirst(ref cut, out _), Is.False);

    static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            CountRecords(bytes);
        }
        catch (InvalidRecordException)
        {
            // Refused.
        }
    }

    static int CountRecords(byte[] bytes)
    {
        var count = 0;
        foreach (var record in new RecordBatch(bytes).ReadRecords(MaxDecompressedBytes))
        {
            record.Headers.ToArray();
            count++;
        }

        return count;
    }

    static int CountMessages(ReadOnlySpan<byte> messages)
    {
        using var reader = new MessageSetReader(messages, MaxDecompressedBytes);
        var count = 0;
        while (reader.TryRead(out _))
            count++;
        return count;
    }

    /// <summary>Lets a mutation through to what lies behind the check of the first message's CRC.</summary>
    static byte[] WithValidCrc(byte[] messages)
    {
        const int overhead = 12, magicPosition = 16;
        var end = overhead + (long)BinaryPrimitives.ReadInt32BigEndian(messages.AsSpan(8));
        if (end > magicPosition && end <= messages.Length)
            BinaryPrimitives.WriteUInt32BigEndian(messages.AsSpan(overhead), System.IO.Hashing.Crc32.HashToUInt32(messages.AsSpan(magicPosition, (int)end - magicPosition)));
        return messages;
    }
}
