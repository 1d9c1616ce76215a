using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// The cluster as its metadata log tells it: the latest image, the live nodes, and the one way to change anything, which is to append records. Changes
/// run one after the other; each is on the log, as durable as asked, before it can be seen.
/// </summary>
public sealed class ClusterMetadata(string clusterId, MetadataLog log, IReadOnlyList<Node> nodes)
{
    /// <summary>The id of the controller while no node is up.</summary>
    public const int NoController = -1;

    readonly Lock gate = new();
    IReadOnlyList<Node> nodes = nodes;
    Task lastChange = Task.CompletedTask;
    bool isBroken;
    ClusterImage image = ClusterImage.Empty;

    public string ClusterId => clusterId;

    /// <summary>The nodes that are up, in the order of their ids; another list when one comes or goes.</summary>
    public IReadOnlyList<Node> Nodes
    {
        get => Volatile.Read(ref nodes);
        set => Volatile.Write(ref nodes, value);
    }

    public IReadOnlyList<int> NodeIds => [.. Nodes.Select(node => node.Id)];

    /// <summary>The node that clients take for the active controller. Any node serves what is asked of one.</summary>
    public int ControllerId => Nodes is [var first, ..] ? first.Id : NoController;

    public ClusterImage Image => Volatile.Read(ref image);

    /// <summary>Called with every new image before it can be seen, so that what it promises exists: logs of new partitions above all.</summary>
    public Func<ClusterImage, ClusterImage, ValueTask>? Publishing { get; set; }

    /// <summary>Called when a new image can be seen, so that what it has dropped can go.</summary>
    public Func<ClusterImage, ClusterImage, ValueTask>? Published { get; set; }

    public Node? FindNode(int id) => Nodes.FirstOrDefault(node => node.Id == id);

    /// <summary>Comes to the state that the metadata log tells, and goes on with the log as its leader.</summary>
    /// <exception cref="IOException">The log cannot be read to its end, or is of a cluster that this build would misread.</exception>
    public async ValueTask LoadAsync()
    {
        var loaded = await log.LoadAsync().ConfigureAwait(false);
        await PublishAsync(await log.BecomeLeaderAsync(loaded).ConfigureAwait(false)).ConfigureAwait(false);
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

        // Once the records may be on the log, nothing may be decided on the image before them, until the one that they lead to is seen.
        isBroken = true;
        var (error, next) = await log.AppendAsync(current, records).ConfigureAwait(false);
        if (error == ErrorCode.None)
            await PublishAsync(next).ConfigureAwait(false);
        isBroken = false;
        return (error, result);
    }

    async ValueTask PublishAsync(ClusterImage next)
    {
        var previous = Image;
        if (Publishing is { } publishing)
            await publishing(previous, next).ConfigureAwait(false);
        Volatile.Write(ref image, next);
        if (Published is { } published)
            await published(previous, next).ConfigureAwait(false);
        log.OnPublished(next);
    }
}
