using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// The log of <c>__cluster_metadata</c> with its snapshots. Records of one change are one batch: all of them are there after a crash, or none. Flushed before the answer
/// unless the profile says otherwise.
/// </summary>
public sealed class MetadataLog(UnifiedLog log, MetadataSnapshots snapshots, SnapshotGenerator generator, LogEnvironment environment, int nodeId, bool flush) : IAsyncDisposable
{
    const int ReadBytes = 1 << 20;

    /// <summary>As much as Kafka writes at once.</summary>
    const int MaxBatchBytes = 8 << 20;

    int leaderEpoch;
    long publishedBytes;
    long appendedBytes;

    /// <summary>The directory with the log's files.</summary>
    public string Path => log.Path;

    /// <summary>The state that the newest snapshot and the log behind it lead to; what was written before, by us or by Kafka.</summary>
    /// <exception cref="IOException">The log cannot be read to its end, or is of a cluster that this build would misread.</exception>
    public async ValueTask<ClusterImage> LoadAsync()
    {
        var logStartOffset = log.Bounds.LogStartOffset;
        var image = await RunAsync(() => snapshots.Load(logStartOffset, log.Bounds.LogEndOffset)).ConfigureAwait(false);
        while (image.Offset + 1 < log.Bounds.LogEndOffset)
            image = await ReplayAsync(image).ConfigureAwait(false);
        ClusterStart.CheckFeatures(image);

        // Only now may anything be deleted. A crash may take the unflushed end of the log, but no snapshot.
        if (image.Offset >= log.Bounds.LogEndOffset && await log.TruncateFullyAndStartAtAsync(image.Offset + 1).ConfigureAwait(false) is not ErrorCode.None and var error)
            throw new IOException($"The metadata log cannot go on behind the snapshot at offset {image.Offset + 1}: {error}");
        await environment.RunAsync(snapshots.Files, () => snapshots.DeleteLeft(logStartOffset)).ConfigureAwait(false);
        return image;
    }

    /// <summary>
    /// Begins a leader epoch of its own, as if an election had been won: the state of the quorum says so, and then the log. A transaction that the leader before has
    /// not ended is aborted.
    /// </summary>
    public async ValueTask<ClusterImage> BecomeLeaderAsync(ClusterImage image)
    {
        leaderEpoch = 1 + await RunAsync(() => WriteQuorumState(image)).ConfigureAwait(false);
        var voter = new LeaderChangeMessage.Voter { VoterId = nodeId };
        using var builder = new RecordBatchBuilder { IsControl = true };
        var now = environment.NowMs;
        Append(ControlRecordType.LeaderChange, MessageEncoding.Encode(new LeaderChangeMessage { Version = 0, LeaderId = nodeId, Voters = [voter], GrantingVoters = [voter] }, 0));
        // The voters that the directory was formatted with are in its first snapshot only.
        if (image.Offset < 0)
        {
            foreach (var (type, value) in image.Quorum.ToRecords())
                Append(type, value);
        }

        var (error, next) = await AppendAsync(image, builder).ConfigureAwait(false);
        if (error == ErrorCode.None && next.BeforeTransaction is not null)
            (error, next) = await AppendAsync(next, [MetadataRecord.Of(new AbortTransactionRecord { Reason = "Controller failover" })]).ConfigureAwait(false);
        return error == ErrorCode.None ? next : throw new IOException($"The metadata log cannot be written: {error}");

        void Append(ControlRecordType type, byte[] value) => builder.Append(now, ControlRecord.Key(type), value);
    }

    /// <summary>Appends the records of one change, and answers the image that they lead to.</summary>
    public async ValueTask<(ErrorCode Error, ClusterImage Next)> AppendAsync(ClusterImage image, IReadOnlyList<MetadataRecord> records)
    {
        using var builder = new RecordBatchBuilder();
        var now = environment.NowMs;
        foreach (var record in records)
            builder.Append(now, null, record.ToValue());
        return builder.UncompressedSizeInBytes > MaxBatchBytes ? (ErrorCode.RecordListTooLarge, image) : await AppendAsync(image, builder).ConfigureAwait(false);
    }

    /// <summary>Notes that everyone sees an image: it may be time for a snapshot.</summary>
    public void OnPublished(ClusterImage image)
    {
        var bytes = appendedBytes;
        generator.OnPublished(image, bytes - publishedBytes);
        publishedBytes = bytes;
    }

    public ValueTask DisposeAsync() => generator.DisposeAsync();

    async ValueTask<(ErrorCode Error, ClusterImage Next)> AppendAsync(ClusterImage image, RecordBatchBuilder builder)
    {
        var batch = builder.ToArray();
        var info = await log.AppendAsync(Records.View(batch), leaderEpoch, AppendOrigin.Coordinator).ConfigureAwait(false);
        if (info.Error != ErrorCode.None)
            return (info.Error, image);
        if (flush && await log.FlushAsync().ConfigureAwait(false) is not ErrorCode.None and var error)
            return (error, image);
        return (ErrorCode.None, Replay(image, batch));
    }

    async ValueTask<ClusterImage> ReplayAsync(ClusterImage image)
    {
        var offset = image.Offset + 1;
        var read = await log.ReadAsync(offset, ReadBytes, FetchIsolation.LogEnd, minOneBatch: true).ConfigureAwait(false);
        if (read.Error != ErrorCode.None)
            throw Unreadable(offset, read.Error.ToString());
        try
        {
            CheckBatches(read.Records.Span);
            var next = Replay(image, read.Records.Span);
            return next.Offset > image.Offset ? next : throw Unreadable(offset, $"it has no record there, but {log.Bounds.LogEndOffset} is its end");
        }
        finally
        {
            read.Records.Release();
        }
    }

    /// <summary>What the page cache has, a read does not check.</summary>
    void CheckBatches(Span<byte> batches)
    {
        while (RecordBatch.TryTakeFirst(ref batches, out var batch))
        {
            if (batch.Magic != RecordBatch.CurrentMagic || !batch.IsCrcValid)
                throw Unreadable(batch.BaseOffset, "the batch is corrupt");
        }
    }

    ClusterImage Replay(ClusterImage image, Span<byte> batches)
    {
        while (RecordBatch.TryTakeFirst(ref batches, out var batch))
        {
            if (batch.BaseOffset != image.Offset + 1)
                throw Unreadable(image.Offset + 1, $"it goes on at offset {batch.BaseOffset}");
            try
            {
                image = MetadataBatch.Replay(image, batch) with { Offset = batch.LastOffset, Epoch = batch.PartitionLeaderEpoch, LogTimeMs = batch.MaxTimestamp };
            }
            catch (Exception e) when (e is KeyNotFoundException or ProtocolException or InvalidDataException or InvalidRecordException)
            {
                throw Unreadable(batch.BaseOffset, e.Message, e);
            }

            appendedBytes += batch.SizeInBytes;
        }

        return image;
    }

    /// <summary>Answers the greatest epoch that was there before.</summary>
    int WriteQuorumState(ClusterImage image)
    {
        var elected = QuorumState.Read(snapshots.Files, log.Path)?.LeaderEpoch ?? 0;
        var greatest = Math.Max(Math.Max(log.LatestEpoch ?? 0, image.Epoch), elected);
        new QuorumState(nodeId, greatest + 1).Write(snapshots.Files, log.Path, image.Quorum.KRaftVersion);
        return greatest;
    }

    IOException Unreadable(long offset, string reason, Exception? cause = null)
    {
        var file = LogFiles.PathOf(log.Path, log.Segments.From(offset)[0].BaseOffset, LogFiles.LogSuffix);
        return new($"The metadata log in {file} cannot be replayed at offset {offset}: {reason}", cause);
    }

    Task<T> RunAsync<T>(Func<T> work) => environment.RunAsync(snapshots.Files, static work => work(), work);
}
