using System.Globalization;

namespace NettyKafka.Server.Storage;

/// <summary>The names of logs' directories: topic, dash, partition; and of those on their way out.</summary>
static class LogDirectoryName
{
    const string DeleteSuffix = "-delete";
    const string StraySuffix = "-stray";
    const int LongestName = 255;

    public static bool TryParse(string name, out TopicPartition partition)
    {
        partition = default;
        var dash = name.LastIndexOf('-');
        if (dash <= 0 || !int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        partition = new(name[..dash], number);
        return true;
    }

    public static bool IsDeleted(string name) => name.EndsWith(DeleteSuffix, StringComparison.Ordinal);

    public static string DeletedNameOf(TopicPartition partition) => UniqueNameOf(partition, DeleteSuffix);

    /// <summary>The name of a log that no topic owns: no start looks at it, and nothing deletes it.</summary>
    public static string StrayNameOf(TopicPartition partition) => UniqueNameOf(partition, StraySuffix);

    /// <summary>A name that no later log of the partition takes; a long topic is cut so that the file system takes it.</summary>
    static string UniqueNameOf(TopicPartition partition, string suffix)
    {
        var end = $".{Guid.NewGuid():N}{suffix}";
        var begin = partition.ToString();
        return begin[..Math.Min(begin.Length, LongestName - end.Length)] + end;
    }
}
