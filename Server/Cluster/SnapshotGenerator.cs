using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// Takes a snapshot after <c>metadata.log.max.record.bytes.between.snapshots</c>, and when something has changed every <c>metadata.log.max.snapshot.interval.ms</c>
/// (0: only by size), and has retention look at what is old. One at a time, while changes go on.
/// </summary>
public sealed class SnapshotGenerator : IAsyncDisposable
{
    static readonly TimeSpan checkInterval = TimeSpan.FromMinutes(1);

    readonly MetadataSnapshots snapshots;
    readonly MetadataRetention retention;
    readonly LogEnvironment environment;
    readonly long maxBytes;
    readonly TimeSpan maxInterval;
    readonly Lock gate = new();
    ClusterImage latest = ClusterImage.Empty;
    long bytesSinceLastSnapshot;
    long lastSnapshotTime;
    Task running = Task.CompletedTask;
    bool isStopped;

    public SnapshotGenerator(MetadataSnapshots snapshots, MetadataRetention retention, LogEnvironment environment, long maxBytes, long maxIntervalMs)
    {
        (this.snapshots, this.retention, this.environment, this.maxBytes) = (snapshots, retention, environment, maxBytes);
        maxInterval = TimeSpan.FromMilliseconds(maxIntervalMs);
        lastSnapshotTime = environment.Time.GetTimestamp();
        environment.Repeat(snapshots.Files, checkInterval, checkInterval, Check);
    }

    /// <summary>Notes an image that everyone sees, and how many bytes of log have led to it.</summary>
    public void OnPublished(ClusterImage image, long bytes)
    {
        lock (gate)
        {
            latest = image;
            bytesSinceLastSnapshot += bytes;
            if (IsDue)
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

    void Check()
    {
        lock (gate)
            Start();
    }

    void Start()
    {
        if (isStopped || !running.IsCompleted)
            return;
        var due = IsDue ? latest : null;
        if (due is not null)
            (bytesSinceLastSnapshot, lastSnapshotTime) = (0, environment.Time.GetTimestamp());
        running = RunAsync(due);
    }

    async Task RunAsync(ClusterImage? due)
    {
        try
        {
            await environment.RunAsync(snapshots.Files, () => Take(due)).ConfigureAwait(false);
            await retention.CleanAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nothing is lost: the log and the snapshots before are still there.
            environment.Logger.LogError(e, "A snapshot of the metadata log could not be taken, or an older one not be deleted");
        }
    }

    void Take(ClusterImage? due)
    {
        if (due is not { } image)
            return;
        var started = environment.Time.GetTimestamp();
        snapshots.DeletePartial();
        snapshots.Write(image);
        environment.Logger.LogInformation("Took a snapshot of the metadata log up to offset {Offset} in {Elapsed} ms", image.Offset, (long)environment.Time.GetElapsedTime(started).TotalMilliseconds);
    }
}
