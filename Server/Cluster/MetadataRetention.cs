using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// Deletes what the metadata log needs no more: the oldest snapshot goes, and the log then starts where the next one ends, while log and snapshots together are larger
/// than <c>metadata.max.retention.bytes</c> or the snapshot is older than <c>metadata.max.retention.ms</c>. The newest snapshot stays.
/// </summary>
public sealed class MetadataRetention(UnifiedLog log, MetadataSnapshots snapshots, LogEnvironment environment, long retentionBytes, long retentionMs)
{
    public async Task CleanAsync()
    {
        await CleanBySizeAsync().ConfigureAwait(false);
        await CleanByTimeAsync().ConfigureAwait(false);
    }

    async Task CleanBySizeAsync()
    {
        if (retentionBytes < 0)
            return;
        var snapshotBytes = snapshots.Ids.Sum(snapshots.SizeOf);
        await CleanAsync(oldest =>
        {
            if (log.SizeInBytes + snapshotBytes <= retentionBytes)
                return false;
            snapshotBytes -= snapshots.SizeOf(oldest);
            return true;
        }).ConfigureAwait(false);
    }

    async Task CleanByTimeAsync()
    {
        if (retentionMs < 0)
            return;
        var now = environment.NowMs;
        await CleanAsync(oldest => IsExpired(oldest, now)).ConfigureAwait(false);
    }

    /// <summary>A snapshot that cannot be read is of no use once the newest one is whole.</summary>
    bool IsExpired(SnapshotId oldest, long now)
    {
        try
        {
            return now - snapshots.TimestampOf(oldest) > retentionMs;
        }
        catch (InvalidDataException e)
        {
            snapshots.CheckNewest();
            environment.Logger.LogWarning("A damaged snapshot goes, since a newer one is whole: {Reason}", e.Message);
            return true;
        }
    }

    async Task CleanAsync(Func<SnapshotId, bool> isExpired)
    {
        while (snapshots.Ids.Take(2).ToArray() is [var oldest, var next] && isExpired(oldest))
        {
            if (log.Bounds.LogStartOffset >= next.Offset || !await TryAdvanceLogStartAsync(next.Offset).ConfigureAwait(false))
                return;
            snapshots.DeleteBefore(next);
        }
    }

    async Task<bool> TryAdvanceLogStartAsync(long offset)
    {
        var (error, logStartOffset) = await log.AdvanceLogStartAsync(offset).ConfigureAwait(false);
        return error == ErrorCode.None && logStartOffset == offset;
    }
}
