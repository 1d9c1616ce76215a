using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Cluster;

/// <summary><c>bootstrap.checkpoint</c>: the records that a new cluster begins with, in the format of a snapshot. Kafka's formatting writes it, and its start needs it.</summary>
public static class BootstrapCheckpoint
{
    public const string Name = "bootstrap.checkpoint";

    const int Epoch = 0;

    /// <summary>The records that the directory was formatted with; a directory without is formatted with those given.</summary>
    /// <exception cref="IOException">The file is damaged, or cannot be read or written.</exception>
    public static IReadOnlyList<MetadataRecord> ReadOrWrite(IFileSystem files, string directory, IReadOnlyList<MetadataRecord> records, long nowMs)
    {
        var path = Path.Combine(directory, Name);
        if (!files.FileExists(path))
        {
            files.WriteAtomically(path, ToBytes(records, nowMs));
            return records;
        }

        try
        {
            return SnapshotReader.ReadRecords(files, path);
        }
        catch (InvalidDataException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    static byte[] ToBytes(IReadOnlyList<MetadataRecord> records, long nowMs)
    {
        var writer = new SnapshotWriter(Epoch);
        return [.. writer.Header(lastContainedLogTimestamp: 0, QuorumImage.Empty, nowMs), .. writer.Data(records, nowMs).SelectMany(batch => batch), .. writer.Footer(nowMs)];
    }
}
