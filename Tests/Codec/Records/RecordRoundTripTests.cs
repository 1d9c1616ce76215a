using NettyKafka.Codec.Records;

namespace NettyKafka.Tests.Codec;

public sealed class RecordRoundTripTests
{
    const int Rounds = 50;

    [Test]
    public void A_batch_reads_as_it_was_built([Values] CompressionType codec)
    {
        var seed = 4711 + (int)codec;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            using var builder = RandomBuilder(random, codec);
            var expected = Fill(builder, random);

            var batch = new RecordBatch(builder.Build());

            Assert.That(Describe(batch), Is.EqualTo(expected), $"round {round}");
            Assert.That(batch.IsCrcValid, Is.True);
            Assert.That(batch.ProducerId, Is.EqualTo(builder.ProducerId));
            Assert.That(batch.IsTransactional, Is.EqualTo(builder.IsTransactional));
            Assert.That(batch.BaseOffset, Is.EqualTo(builder.BaseOffset));
        }
    }

    [Test]
    public void A_null_key_is_not_an_empty_one()
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(5, null, []);
        builder.Append(5, [], null);

        Assert.That(Describe(new(builder.Build())), Is.EqualTo((string[])["0 at 5: null ->  []", "1 at 5:  -> null []"]));
    }

    [Test]
    public void A_batch_in_append_time_gives_every_record_its_timestamp()
    {
        using var builder = new RecordBatchBuilder(10) { LogAppendTime = 99 };
        builder.Append(5, null, null);
        builder.Append(7, null, null);

        Assert.That(Describe(new(builder.Build())), Is.EqualTo((string[])["10 at 99: null -> null []", "11 at 99: null -> null []"]));
    }

    [Test]
    public void Offsets_may_have_gaps_but_never_go_back()
    {
        using var builder = new RecordBatchBuilder(10);
        builder.AppendWithOffset(15, 0, null, null);

        Assert.That(() => builder.AppendWithOffset(15, 0, null, null), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(new RecordBatch(builder.Build()).LastOffset, Is.EqualTo(15));
        Assert.That(new RecordBatch(builder.Build()).RecordCount, Is.EqualTo(1));
    }

    [Test]
    public void Reading_an_uncompressed_batch_allocates_nothing()
    {
        using var builder = new RecordBatchBuilder();
        for (var i = 0; i < 1000; i++)
            builder.Append(i, [1, 2, 3], new byte[100], new RecordHeader("name", [4]));
        var batch = new RecordBatch(builder.Build());

        Assert.That(Sum(batch), Is.EqualTo(1000 * 108));
        Assert.That(LeastAllocated(batch), Is.Zero);
    }

    [Test]
    public void Reading_a_compressed_batch_allocates_nothing_per_record([Values(CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd)] CompressionType codec)
    {
        using var builder = new RecordBatchBuilder { CompressionType = codec };
        for (var i = 0; i < 1000; i++)
            builder.Append(i, [1, 2, 3], new byte[100], new RecordHeader("name", [4]));
        var batch = new RecordBatch(builder.Build());

        Assert.That(LeastAllocated(batch), Is.LessThan(1000));
    }

    /// <summary>The least of several times: the first ones fill pools and caches.</summary>
    static long LeastAllocated(RecordBatch batch)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Sum(batch);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    static int Sum(RecordBatch batch)
    {
        var sum = 0;
        foreach (var record in batch.ReadRecords())
        {
            sum += record.Key.Length + record.Value.Length;
            foreach (var header in record.Headers)
                sum += header.Key.Length + header.Value.Length;
        }

        return sum;
    }

    static RecordBatchBuilder RandomBuilder(Random random, CompressionType codec) => new(random.NextInt64(1L << 40))
    {
        CompressionType = codec,
        ProducerId = random.Next(3) == 0 ? RecordBatch.NoProducerId : random.NextInt64(long.MaxValue),
        ProducerEpoch = (short)random.Next(short.MaxValue),
        BaseSequence = random.Next(),
        IsTransactional = random.Next(2) == 0,
        PartitionLeaderEpoch = random.Next(100),
    };

    static List<string> Fill(RecordBatchBuilder builder, Random random)
    {
        var expected = new List<string>();
        var offset = builder.BaseOffset;
        for (var count = random.Next(1, 20); count > 0; count--)
        {
            offset += random.Next(5) == 0 ? random.Next(1 << 20) : 0;
            var timestamp = random.Next(10) == 0 ? random.NextInt64(long.MinValue / 2, long.MaxValue / 2) : 1_700_000_000_000 + random.Next(100_000);
            var key = RandomBytes(random);
            var value = RandomBytes(random);
            var headers = Enumerable.Range(0, random.Next(3) == 0 ? random.Next(1, 70) : 0).Select(i => new RecordHeader($"h{i}ñ€😀", RandomBytes(random))).ToArray();
            builder.AppendWithOffset(offset, timestamp, key, value, headers);
            expected.Add(Describe(offset, timestamp, key, value, headers));
            offset++;
        }

        return expected;
    }

    static byte[]? RandomBytes(Random random)
    {
        int[] lengths = [0, 1, 2, 63, 64, 127, 128, random.Next(10) == 0 ? 8192 : 8];
        if (random.Next(5) == 0)
            return null;
        var bytes = new byte[lengths[random.Next(lengths.Length)]];
        random.NextBytes(bytes.AsSpan(0, bytes.Length / 2));
        return bytes;
    }

    static string Describe(long offset, long timestamp, byte[]? key, byte[]? value, RecordHeader[] headers) =>
        $"{offset} at {timestamp}: {Hex(key)} -> {Hex(value)} [{string.Join(", ", headers.Select(header => $"{header.Key}={Hex(header.Value)}"))}]";

    static string Hex(byte[]? bytes) => bytes is null ? "null" : Convert.ToHexStringLower(bytes);

    static List<string> Describe(RecordBatch batch)
    {
        var described = new List<string>();
        foreach (var record in batch.ReadRecords())
            described.Add(RecordBatchVector.Describe(record));
        return described;
    }
}
