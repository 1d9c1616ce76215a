using System.Globalization;
using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>One of a data directory's files with an offset for each of its logs.</summary>
sealed class OffsetCheckpoint(IFileSystem files, string directory, string name)
{
    public const string RecoveryPoints = "recovery-point-offset-checkpoint";
    public const string LogStartOffsets = "log-start-offset-checkpoint";
    public const string HighWatermarks = "replication-offset-checkpoint";
    public const string CleanedOffsets = "cleaner-offset-checkpoint";

    readonly string path = Path.Combine(directory, name);

    /// <summary>The offsets in the file. One that is missing or damaged says nothing: recovery then looks at everything.</summary>
    public Dictionary<TopicPartition, long> Read(ILogger logger)
    {
        if (!files.FileExists(path))
            return [];
        try
        {
            return Checkpoint.Read(files.ReadAllBytes(path), path, Parse).ToDictionary(entry => entry.Partition, entry => entry.Offset);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            logger.LogWarning(e, "Checkpoint {Path} is damaged and is ignored", path);
            return [];
        }
    }

    public void Write(IReadOnlyCollection<(TopicPartition Partition, long Offset)> offsets) =>
        files.WriteAtomically(path, Checkpoint.Write(offsets, Format));

    static string Format((TopicPartition Partition, long Offset) entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Partition.Topic} {entry.Partition.Partition} {entry.Offset}");

    static (TopicPartition Partition, long Offset)? Parse(string[] words) =>
        words.Length == 3 && int.TryParse(words[1], CultureInfo.InvariantCulture, out var partition) && long.TryParse(words[2], CultureInfo.InvariantCulture, out var offset)
            ? (new(words[0], partition), offset)
            : null;
}
