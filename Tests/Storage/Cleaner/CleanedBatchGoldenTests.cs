using NettyKafka.Codec.Records;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Cleaner;

/// <summary>The bytes that a cleaning writes.</summary>
public sealed class CleanedBatchGoldenTests : IDisposable
{
    readonly CompactedLog log = new();

    public void Dispose() => log.Dispose();

    [Test]
    public async Task A_tombstone_with_a_delete_horizon()
    {
        await log.AppendAsync(("key", null));
        await log.SealAndCleanAsync();

        // Attributes 0x40; the base timestamp is 1,700,000,001,000, which the record's is 1,000 ms before.
        Assert.That(Hex(await FirstAsync()), Is.EqualTo(
            "0000000000000000 0000003C 00000003 02 CRC 0040 00000000 0000018BCFE56BE8 0000018BCFE56800 FFFFFFFFFFFFFFFF FFFF FFFFFFFF 00000001 14 00 CF0F 00 06 6B6579 01 00"));
        Assert.That(log.NowMs + 1000, Is.EqualTo(0x18BCFE56BE8));
    }

    [Test]
    public async Task A_batch_of_which_only_the_producers_sequence_stays()
    {
        await log.AppendAsync(new TestBatch { ProducerId = 9, ProducerEpoch = 2, BaseSequence = 5, CompressionType = CompressionType.Gzip }, ("key", "1"), ("key", "2"));
        log.Roll();
        await log.AppendAsync(("key", "3"));
        await log.SealAndCleanAsync();

        Assert.That(Hex(await FirstAsync()), Is.EqualTo(
            "0000000000000000 00000031 00000003 02 CRC 0000 00000001 FFFFFFFFFFFFFFFF 0000018BCFE56801 0000000000000009 0002 00000005 00000000"));
    }

    async Task<byte[]> FirstAsync() => (await log.BatchesAsync())[0].Bytes;

    /// <summary>Field by field, the CRC by its name: that it is right is checked when a batch is read.</summary>
    static string Hex(byte[] batch)
    {
        var hex = Convert.ToHexString(batch);
        var parts = new List<string>();
        foreach (var size in (int[])[8, 4, 4, 1, 4, 2, 4, 8, 8, 8, 2, 4, 4])
        {
            parts.Add(parts.Count == 4 ? "CRC" : hex[..(2 * size)]);
            hex = hex[(2 * size)..];
        }

        foreach (var size in hex.Length == 0 ? [] : (int[])[1, 1, 2, 1, 1, 3, 1, 1])
        {
            parts.Add(hex[..(2 * size)]);
            hex = hex[(2 * size)..];
        }

        return string.Join(' ', parts) + hex;
    }
}
