using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Storage.Files;

public sealed class FaultyFileSystemTests
{
    readonly FaultyFileSystem files = new();

    public FaultyFileSystemTests() => files.CreateDirectory("/d");

    [TestCase(0, "ab")]
    [TestCase(1, "abc")]
    [TestCase(9, "abcd")]
    public void A_crash_keeps_what_was_flushed_and_as_much_of_the_rest_as_asked(long kept, string expected)
    {
        using var file = files.Open("/d/f");
        file.Write("ab"u8, 0);
        file.Flush();
        file.Write("cd"u8, 2);

        files.Crash(_ => kept);

        Assert.That(files.ReadAllBytes("/d/f"), Is.EqualTo(System.Text.Encoding.ASCII.GetBytes(expected)));
        Assert.That(() => file.Write("x"u8, 0), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void A_full_disk_takes_the_part_that_fits()
    {
        using var file = files.Open("/d/f");
        files.FreeBytes = 3;

        Assert.That(() => file.Write("hello"u8, 0), Throws.InstanceOf<IOException>());
        Assert.That(file.Length, Is.EqualTo(3));
    }

    [Test]
    public void A_failing_write_is_torn()
    {
        using var file = files.Open("/d/f");
        files.WritesBeforeFailure = 1;
        file.Write("12"u8, 0);

        Assert.That(() => file.Write("3456"u8, 2), Throws.InstanceOf<IOException>());
        Assert.That(file.Length, Is.EqualTo(4));
    }

    [Test]
    public void A_failing_flush_makes_nothing_durable()
    {
        using var file = files.Open("/d/f");
        file.Write("ab"u8, 0);
        files.FailsFlush = true;

        Assert.That(file.Flush, Throws.InstanceOf<IOException>());
        files.Crash(_ => 0);
        Assert.That(files.ReadAllBytes("/d/f"), Is.Empty);
    }
}
