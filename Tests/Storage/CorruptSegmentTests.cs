using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Bytes that have gone bad on the disk are never served as records.</summary>
public sealed class CorruptSegmentTests : IDisposable
{
    const int BatchSize = 70;

    readonly TemporaryDirectory directory = new();
    readonly TestLog log;

    public CorruptSegmentTests() =>
        log = new(new DiskFileSystem(), TopicConfig.Default with { SegmentBytes = 3 * BatchSize, IndexIntervalBytes = 0 }, directory.Path);

    public void Dispose()
    {
        log.Dispose();
        directory.Dispose();
    }

    [TestCase(40, Description = "in the records")]
    [TestCase(8, Description = "in the length")]
    [TestCase(20, Description = "in the CRC")]
    public async Task A_damaged_batch_is_an_error_and_those_before_and_in_other_segments_are_read(int damagedByte)
    {
        await AppendAsync(7);
        Damage(segment: 0, position: BatchSize + damagedByte);

        Assert.That(await log.ReadAsync(0), Is.EqualTo(new[] { (0L, BatchSize) }), "what is before it");
        Assert.That(await ErrorAtAsync(1), Is.EqualTo(ErrorCode.CorruptMessage));
        Assert.That(await ErrorAtAsync(3), Is.EqualTo(ErrorCode.None));
        Assert.That(log.Log.Directory.IsOffline, Is.False, "the disk as such works");
    }

    [Test]
    public async Task After_a_restart_the_last_segment_is_checked_as_well()
    {
        await AppendAsync(7);
        log.Log.Close();
        log.Reopen(new(0, 0, HadCleanShutdown: true));
        Damage(segment: 6, position: 40);

        Assert.That(await ErrorAtAsync(6), Is.EqualTo(ErrorCode.CorruptMessage));
        Assert.That((await log.AppendAsync("next")).BaseOffset, Is.EqualTo(7));
        Assert.That(await ErrorAtAsync(7), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task It_is_reported_once_with_file_and_position()
    {
        await AppendAsync(7);
        Damage(segment: 3, position: BatchSize + 40);

        for (var i = 0; i < 3; i++)
            await ErrorAtAsync(4);

        Assert.That(log.Logger.Messages.Where(message => message.Contains("corrupt", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            $"{LogFiles.PathOf(log.Path, 3, ".log")} is corrupt at position {BatchSize}: the record batch with base offset 4 has a wrong CRC",
        }));
    }

    async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await log.AppendAsync($"v{i}");
    }

    async Task<ErrorCode> ErrorAtAsync(long offset)
    {
        var read = await log.Log.ReadAsync(offset, BatchSize, FetchIsolation.LogEnd, minOneBatch: true);
        read.Records.Release();
        return read.Error;
    }

    void Damage(long segment, int position)
    {
        using var file = log.Files.Open(LogFiles.PathOf(log.Path, segment, ".log"));
        var damaged = new byte[1];
        file.Read(damaged, position);
        damaged[0] ^= 0x40;
        file.Write(damaged, position);
    }
}
