using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// The cluster as its metadata log tells it: the latest image, the live nodes, and the one way to change anything, which is to append records. Changes
/// run one after the other; each is on the log, as durable as asked, before it can be seen.
/// </summary>
public sealed class ClusterMetadata(string clusterId, MetadataLog log, IReadOnlyList<Node> nodes)
{
    readonly Lock gate = new();
    Task lastChange = Task.CompletedTask;
    bool isBroken;
    ClusterImage image = ClusterImage.Empty;

    public string ClusterId => clusterId;

    public IReadOnlyList<Node> Nodes => nodes;

    public ClusterImage Image => Volatile.Read(ref image);

    /// <summary>Called with every new image before it can be seen, so that what it promises exists: logs of new partitions above all.</summary>
    public Func<ClusterImage, ClusterImage, ValueTask>? Publishing { get; set; }

    /// <summary>Called when a new image can be seen, so that what it has dropped can go.</summary>
    public Func<ClusterImage, ClusterImage, ValueTask>? Published { get; set; }

    public Node? FindNode(int id) => nodes.FirstOrDefault(node => node.Id == id);

    /// <summary>Replays the whole log; what was written before, by us or by Kafka.</summary>
    public async ValueTask LoadAsync()
    {
        var loaded = ClusterImage.Empty;
        await foreach (var (offset, record) in log.ReadAllAsync().ConfigureAwait(false))
            loaded = Replay(loaded, record, offset);
        await PublishAsync(loaded).ConfigureAwait(false);
    }

    /// <summary>
    /// Runs a pure function over the latest image, appends the records it answers and publishes the image they lead to. The result counts only when the error is None.
    /// </summary>
    [SuppressMessage("Usage", "VSTHRD003", Justification = "The queue is the chain of these tasks; none of them waits for the caller's thread.")]
    public async Task<(ErrorCode Error, T Result)> ChangeAsync<T>(Func<ClusterImage, (IReadOnlyList<MetadataRecord> Records, T Result)> change)
    {
        var done = new TaskCompletionSource();
        Task before;
        lock (gate)
            (before, lastChange) = (lastChange, done.Task);
        try
        {
            await before.ConfigureAwait(false);
            return await ChangeNowAsync(change).ConfigureAwait(false);
        }
        finally
        {
            done.SetResult();
        }
    }

    async ValueTask<(ErrorCode Error, T Result)> ChangeNowAsync<T>(Func<ClusterImage, (IReadOnlyList<MetadataRecord> Records, T Result)> change)
    {
        if (isBroken)
            return (ErrorCode.KafkaStorageError, default!);
        var current = Image;
        var (records, result) = change(current);
        if (records.Count == 0)
            return (ErrorCode.None, result);

        var (error, lastOffset) = await log.AppendAsync(records).ConfigureAwait(false);
        if (error != ErrorCode.None)
            return (error, result);
        var next = records.Aggregate(current, (image, record) => image.Replay(record)) with { Offset = lastOffset };
        // The records are on the log. Should their image not come to be seen, nothing may be decided on the old one.
        isBroken = true;
        await PublishAsync(next).ConfigureAwait(false);
        isBroken = false;
        return (ErrorCode.None, result);
    }

    static ClusterImage Replay(ClusterImage image, MetadataRecord? record, long offset)
    {
        try
        {
            return (record is { } known ? image.Replay(known) : image) with { Offset = offset };
        }
        catch (Exception e) when (e is KeyNotFoundException or ProtocolException)
        {
            throw new IOException($"The metadata log cannot be replayed at offset {offset}: {e.Message}", e);
        }
    }

    async ValueTask PublishAsync(ClusterImage next)
    {
        var previous = Image;
        if (Publishing is { } publishing)
            await publishing(previous, next).ConfigureAwait(false);
        Volatile.Write(ref image, next);
        if (Published is { } published)
            await published(previous, next).ConfigureAwait(false);
    }
}
