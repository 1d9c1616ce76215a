using System.Text;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary><c>partition.metadata</c>: the id of the topic that a log belongs to.</summary>
static class PartitionMetadataFile
{
    const string Name = "partition.metadata";
    const string VersionLine = "version: 0";
    const string TopicIdLabel = "topic_id: ";

    /// <exception cref="InvalidDataException">The file is of another form.</exception>
    public static Uuid Read(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!files.FileExists(path))
            return Uuid.Zero;
        var lines = Encoding.UTF8.GetString(files.ReadAllBytes(path)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines is [VersionLine, var line] && line.StartsWith(TopicIdLabel, StringComparison.Ordinal) && Uuid.TryParse(line[TopicIdLabel.Length..], out var topicId))
            return topicId.Value;
        throw new InvalidDataException($"{path} is no partition metadata of version 0");
    }

    public static void Write(IFileSystem files, string directory, Uuid topicId) =>
        files.WriteAtomically(Path.Combine(directory, Name), Encoding.UTF8.GetBytes($"{VersionLine}\n{TopicIdLabel}{topicId}"));
}
