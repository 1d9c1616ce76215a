using NettyKafka.Codec.Records;

namespace NettyKafka.Tests.Codec;

public sealed class Crc32CTests
{
    const uint ReversedPolynomial = 0x82F63B78;

    [TestCase("", 0x00000000u)]
    [TestCase("a", 0xC1D04330u)]
    [TestCase("123456789", 0xE3069283u)]
    [TestCase("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void Known_texts_have_their_known_checksums(string text, uint expected) =>
        Assert.That(Crc32C.Compute(System.Text.Encoding.ASCII.GetBytes(text)), Is.EqualTo(expected));

    [Test]
    public void Any_slice_has_the_checksum_that_is_computed_bit_by_bit()
    {
        const int seed = 20261101;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var bytes = new byte[40_000];
        random.NextBytes(bytes);
        int[] edges = [0, 1, 7, 8, 255, 256, 767, 768, 769, 1535, 1536, 12_287, 12_288, 12_289, 13_056, 24_576, 30_000];

        foreach (var length in edges.Concat(Enumerable.Range(0, 400).Select(_ => random.Next(1, 3000))))
        {
            var slice = bytes.AsSpan(random.Next(0, 64), length);
            Assert.That(Crc32C.Compute(slice), Is.EqualTo(BitByBit(slice)), $"{length} bytes");
        }
    }

    static uint BitByBit(ReadOnlySpan<byte> source)
    {
        var crc = uint.MaxValue;
        foreach (var b in source)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : ReversedPolynomial);
        }

        return ~crc;
    }
}
