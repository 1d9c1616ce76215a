using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>
/// Reads the partitions of one fetch in order until the response is full. The first batch of the first partition that has one is given whatever its size, so
/// that a batch larger than the limits does not stop a consumer for ever (KIP-74).
/// </summary>
/// <param name="isolation">How far a client may read.</param>
/// <param name="maxBytes">The most that the response may hold.</param>
/// <param name="find">The partition that is wanted, or why it is not to be had.</param>
/// <param name="preferred">The node that the client had better ask for a partition; null where that is this one.</param>
public sealed class FetchReader(
    FetchIsolation isolation, int maxBytes, Func<FetchPartition, (Partition? Partition, ErrorCode Error)> find, Func<Partition, int?> preferred)
{
    public FetchIsolation Isolation => isolation;

    public async ValueTask<List<FetchRead>> ReadAsync(IReadOnlyList<FetchPartition> wanted)
    {
        var reads = new List<FetchRead>(wanted.Count);
        var room = maxBytes;
        var isEmpty = true;
        try
        {
            foreach (var partition in wanted)
            {
                var read = await ReadAsync(partition, room, isEmpty);
                reads.Add(read);
                isEmpty &= read.Data.Records.SizeInBytes == 0;
                room = Math.Max(0, room - read.Data.Records.SizeInBytes);
            }
        }
        catch
        {
            Release(reads);
            throw;
        }

        return reads;
    }

    public static void Release(List<FetchRead> reads)
    {
        foreach (var read in reads)
            read.Data.Records.Release();
    }

    async ValueTask<FetchRead> ReadAsync(FetchPartition wanted, int room, bool minOneBatch)
    {
        var (partition, error) = find(wanted);
        if (partition is null || error != ErrorCode.None)
            return FetchRead.Failed(wanted, error, partition);
        if (partition.CheckLeaderEpoch(wanted.CurrentLeaderEpoch) is not ErrorCode.None and var fenced)
            return FetchRead.Failed(wanted, fenced, partition);
        if (wanted.LastFetchedEpoch >= 0 && partition.EndOffsetForEpoch(wanted.LastFetchedEpoch) == EpochEndOffset.Undefined)
            return FetchRead.Failed(wanted, ErrorCode.OffsetOutOfRange, partition);
        if (FindDivergence(wanted, partition) is { } diverging)
            return new(wanted, partition, new(ErrorCode.None, Records.Empty, partition.Bounds)) { DivergingEpoch = diverging };

        if (preferred(partition) is { } replica)
            return new(wanted, partition, new(ErrorCode.None, Records.Empty, partition.Bounds)) { PreferredReadReplica = replica };

        var data = await partition.ReadAsync(wanted.FetchOffset, Math.Min(wanted.MaxBytes, room), isolation, minOneBatch);
        return data.Error == ErrorCode.None ? new(wanted, partition, data) : FetchRead.Failed(wanted, data.Error, partition);
    }

    /// <summary>Where the log of a client that has read what was truncated later parts from ours (KIP-320).</summary>
    static EpochEndOffset? FindDivergence(FetchPartition wanted, Partition partition)
    {
        if (wanted.LastFetchedEpoch < 0)
            return null;
        var end = partition.EndOffsetForEpoch(wanted.LastFetchedEpoch);
        return end.EndOffset < wanted.FetchOffset || end.Epoch < wanted.LastFetchedEpoch ? end : null;
    }
}
