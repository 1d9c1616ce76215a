using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// Takes a snapshot after <c>metadata.log.max.record.bytes.between.snapshots</c>, and when something has changed every <c>metadata.log.max.snapshot.interval.ms</c>
/// (0: only by size), and has retention look at what is old. One at a time, while changes go on.
/// </summary>
public sealed class SnapshotGenerator(MetadataSnapshots snapshots, MetadataRetention retention, LogEnvironment environment, long maxBytes, long maxIntervalMs) : IAsyncDisposable
{
    static readonly TimeSpan checkInterval = TimeSpan.FromMinutes(1);

    readonly TimeSpan maxInterval = TimeSpan.FromMilliseconds(maxIntervalMs);
    readonly Lock gate = new();
    ClusterImage latest = ClusterImage.Empty;
    long bytesSinceLastSnapshot;
    long lastSnapshotTime;
    Task running = Task.CompletedTask;
    bool isStarted;
    bool isStopped;
    bool hasFailed;

    /// <summary>Notes an image that everyone sees, and how many bytes of log have led to it.</summary>
    public void OnPublished(ClusterImage image, long bytes)
    {
        lock (gate)
        {
            latest = image;
            bytesSinceLastSnapshot += bytes;
            if (!isStarted)
                StartChecking();
            // A full disk is not asked again with every change.
            if (IsDue && !hasFailed)
                Start();
        }
    }

    /// <summary>Takes no more snapshots, and returns when the one being taken is done.</summary>
    [SuppressMessage("Usage", "VSTHRD003", Justification = "It does not wait for the caller's thread.")]
    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (gate)
            (isStopped, last) = (true, running);
        await last.ConfigureAwait(false);
    }

    /// <summary>Half a transaction is no state that a snapshot could tell.</summary>
    bool IsDue => latest.BeforeTransaction is null && (bytesSinceLastSnapshot >= maxBytes || (bytesSinceLastSnapshot > 0 && IsIntervalOver));

    bool IsIntervalOver => maxInterval > TimeSpan.Zero && environment.Time.GetElapsedTime(lastSnapshotTime) >= maxInterval;

    /// <summary>Before the first image is there, the snapshots are still being loaded.</summary>
    void StartChecking()
    {
        (isStarted, lastSnapshotTime) = (true, environment.Time.GetTimestamp());
        environment.Repeat(snapshots.Files, checkInterval, checkInterval, Check);
    }

    void Check()
    {
        lock (gate)
            Start();
    }

    void Start()
    {
        if (isStopped || !running.IsCompleted)
            return;
        running = RunAsync(IsDue ? Begin() : null);
    }

    Pending Begin()
    {
        var pending = new Pending(latest, bytesSinceLastSnapshot, lastSnapshotTime);
        (bytesSinceLastSnapshot, lastSnapshotTime) = (0, environment.Time.GetTimestamp());
        return pending;
    }

    void End(Pending pending, bool isTaken)
    {
        lock (gate)
        {
            hasFailed = !isTaken;
            if (!isTaken)
                (bytesSinceLastSnapshot, lastSnapshotTime) = (bytesSinceLastSnapshot + pending.Bytes, pending.LastSnapshotTime);
        }
    }

    async Task RunAsync(Pending? pending)
    {
        try
        {
            if (pending is not null)
                await TakeAsync(pending).ConfigureAwait(false);
            await retention.CleanAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nothing is lost: the log and the snapshots before are still there.
            environment.Logger.LogError(e, "A snapshot of the metadata log could not be taken, or an older one not be deleted");
        }
    }

    async Task TakeAsync(Pending pending)
    {
        var isTaken = false;
        try
        {
            await environment.RunAsync(snapshots.Files, () => Take(pending.Image)).ConfigureAwait(false);
            isTaken = true;
        }
        finally
        {
            End(pending, isTaken);
        }
    }

    void Take(ClusterImage image)
    {
        var started = environment.Time.GetTimestamp();
        snapshots.DeletePartial();
        snapshots.Write(image);
        environment.Logger.LogInformation("Took a snapshot of the metadata log up to offset {Offset} in {Elapsed} ms", image.Offset, (long)environment.Time.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>What a snapshot is taken of, and what makes it due again when it fails.</summary>
    sealed record Pending(ClusterImage Image, long Bytes, long LastSnapshotTime);
}
