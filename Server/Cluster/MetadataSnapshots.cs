using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Cluster;

/// <summary>The snapshots in the directory of the metadata log. All of it blocks; one thread at a time.</summary>
public sealed class MetadataSnapshots(IFileSystem files, string directory, LogEnvironment environment)
{
    readonly SortedSet<SnapshotId> ids = [];

    /// <summary>The ids of the snapshots that can be counted on, the oldest first.</summary>
    public IReadOnlyCollection<SnapshotId> Ids => ids;

    public IFileSystem Files => files;

    /// <summary>
    /// The image of the newest snapshot that is whole, the empty one where there is none. A damaged snapshot is passed over if the log has what it had: it goes back
    /// to the snapshot before, or to 0, and reaches as far.
    /// </summary>
    /// <exception cref="IOException">Neither log nor snapshot have the beginning of the metadata, or a snapshot finalises a feature that is not served.</exception>
    public ClusterImage Load(long logStartOffset, long logEndOffset)
    {
        Find();
        InvalidDataException? damage = null;
        foreach (var id in ids.Reverse().ToList())
        {
            if (id.Offset < logStartOffset)
                break;
            try
            {
                return SnapshotReader.ReadImage(files, PathOf(id), id);
            }
            catch (InvalidDataException e)
            {
                if (id.Offset > logEndOffset)
                    throw new IOException(e.Message, e);
                environment.Logger.LogWarning(e, "A damaged snapshot is passed over: the log has what it had");
                ids.Remove(id);
                damage ??= e;
            }
        }

        if (logStartOffset > 0)
            throw new IOException($"The metadata log in {directory} begins at offset {logStartOffset}, and no snapshot has what is before{(damage is null ? "" : $": {damage.Message}")}", damage);
        return ClusterImage.Empty;
    }

    /// <summary>Writes a snapshot of an image; it counts when its name is durable, after its contents are.</summary>
    public void Write(ClusterImage image)
    {
        var id = new SnapshotId(image.Offset + 1, image.Epoch);
        if (ids.Contains(id))
            return;
        var partial = Path.Combine(directory, id + SnapshotId.PartialSuffix);
        using (var file = files.Open(partial))
        {
            file.SetLength(0);
            WriteBatches(file, image, id);
            file.Flush();
        }

        files.RenameFile(partial, PathOf(id));
        files.FlushDirectory(directory);
        ids.Add(id);
    }

    public long SizeOf(SnapshotId id)
    {
        using var file = files.Open(PathOf(id));
        return file.Length;
    }

    /// <summary>When the last record was written that a snapshot contains.</summary>
    /// <exception cref="InvalidDataException">The snapshot is damaged.</exception>
    public long TimestampOf(SnapshotId id) => SnapshotReader.ReadLastContainedLogTimestamp(files, PathOf(id));

    /// <exception cref="InvalidDataException">The newest snapshot is damaged.</exception>
    public void CheckNewest() => SnapshotReader.ReadImage(files, PathOf(ids.Max), ids.Max);

    /// <summary>Deletes the snapshots older than one.</summary>
    public void DeleteBefore(SnapshotId first)
    {
        foreach (var id in ids.TakeWhile(id => id < first).ToList())
        {
            ids.Remove(id);
            files.DeleteFile(PathOf(id));
            environment.Logger.LogInformation("Deleted snapshot {Snapshot}: {First} is kept", id, first);
        }
    }

    /// <summary>Deletes what a crash has left: unfinished snapshots, and those below the log's start.</summary>
    public void DeleteLeft(long logStartOffset)
    {
        DeletePartial();
        DeleteBefore(new(logStartOffset, 0));
    }

    /// <summary>Deletes what is left of a snapshot that was not finished.</summary>
    public void DeletePartial()
    {
        foreach (var name in files.ListFiles(directory))
        {
            if (name.EndsWith(SnapshotId.PartialSuffix, StringComparison.Ordinal))
                files.DeleteFile(Path.Combine(directory, name));
        }
    }

    void Find()
    {
        foreach (var name in files.ListFiles(directory))
        {
            if (SnapshotId.TryParse(name, out var id))
                ids.Add(id);
        }
    }

    void WriteBatches(IFile file, ClusterImage image, SnapshotId id)
    {
        var writer = new SnapshotWriter(id.Epoch);
        long position = 0;
        Append(writer.Header(image.LogTimeMs, image.Quorum, environment.NowMs));
        foreach (var batch in writer.Data(SnapshotRecords.Of(image), environment.NowMs))
            Append(batch);
        Append(writer.Footer(environment.NowMs));

        void Append(byte[] batch)
        {
            file.Write(batch, position);
            position += batch.Length;
        }
    }

    string PathOf(SnapshotId id) => Path.Combine(directory, id.FileName);
}
