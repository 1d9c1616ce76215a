using NettyKafka.Server.Storage.Cleaner;

namespace NettyKafka.Tests.Storage.Cleaner;

/// <summary>The hash against OpenSSL's: <c>openssl mac -macopt hexkey:0001..0f -macopt size:16 -in FILE SIPHASH</c>.</summary>
public sealed class KeyHashTests
{
    [TestCase(0, "A3817F04BA25A8E66DF67214C7550293")]
    [TestCase(1, "DA87C1D86B99AF44347659119B22FC45")]
    [TestCase(8, "3B62A9BA6258F5610F83E264F31497B4")]
    [TestCase(63, "5150D1772F50834A503E069A973FBD7C")]
    public void A_key_has_the_hash_that_openssl_gives_it(int length, string expected)
    {
        var key = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();

        var hash = new KeyHash(0x0706050403020100, 0x0f0e0d0c0b0a0908).Compute(key);

        var bytes = new byte[16];
        BitConverter.TryWriteBytes(bytes, hash);
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo(expected));
    }
}
