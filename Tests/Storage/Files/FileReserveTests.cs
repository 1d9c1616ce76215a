using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Storage.Files;

public sealed class FileReserveTests : IDisposable
{
    const int Mebibyte = 1 << 20;

    readonly RecordingFile file = new();
    readonly FileReserve reserve;

    public FileReserveTests() => reserve = new(file);

    public void Dispose() => file.Dispose();

    [Test]
    public void A_small_file_of_small_writes_reserves_nothing()
    {
        for (var end = 0; end < Mebibyte - 1000; end += 1000)
            reserve.Extend(end, 1000);
        reserve.Release(Mebibyte);

        Assert.That(file.Calls, Is.Empty);
    }

    [Test]
    public void What_is_reserved_doubles_with_the_file_and_then_grows_by_steps()
    {
        for (long end = 0; end < 64 * Mebibyte; end += Mebibyte)
            reserve.Extend(end, Mebibyte);

        Assert.That(file.Calls, Is.EqualTo(new[] { 2, 6, 14, 30, 47, 64 }.Select(mebibytes => $"Reserve {(long)mebibytes * Mebibyte}")));
    }

    [Test]
    public void A_large_write_reserves_though_the_file_is_small()
    {
        reserve.Extend(0, 128 << 10);

        Assert.That(file.Calls, Is.EqualTo(new[] { $"Reserve {(128 << 10) + Mebibyte}" }));
    }

    [Test]
    public void What_is_left_is_given_back_once()
    {
        reserve.Extend(0, Mebibyte);
        reserve.Release(Mebibyte);
        reserve.Release(Mebibyte);

        Assert.That(file.Calls, Is.EqualTo(new[] { $"Reserve {2 * Mebibyte}", $"SetLength {Mebibyte}" }));
    }

    sealed class RecordingFile : IFile
    {
        public List<string> Calls { get; } = [];

        public long Length => 0;

        public int Read(Span<byte> target, long position) => 0;

        public void Write(ReadOnlySpan<byte> source, long position) => Calls.Add($"Write {source.Length} at {position}");

        public void SetLength(long length) => Calls.Add($"SetLength {length}");

        public void Reserve(long length) => Calls.Add($"Reserve {length}");

        public void Flush() => Calls.Add("Flush");

        public void Dispose() => Calls.Add("Dispose");
    }
}
