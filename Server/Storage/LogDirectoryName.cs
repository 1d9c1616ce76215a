using System.Globalization;

namespace NettyKafka.Server.Storage;

/// <summary>The names of logs' directories: topic, dash, partition; and of those on their way out.</summary>
static class LogDirectoryName
{
    const string DeleteSuffix = "-delete";
    const string StraySuffix = "-stray";
    const string FutureSuffix = "-future";
    const int LongestName = 255;
    const int UniqueIdLength = 32;

    public static bool TryParse(string name, out TopicPartition partition)
    {
        partition = default;
        var dash = name.LastIndexOf('-');
        if (dash <= 0 || !int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        partition = new(name[..dash], number);
        return true;
    }

    /// <summary>Reads the name of a log on its way into another data directory.</summary>
    public static bool TryParseFuture(string name, out TopicPartition partition)
    {
        partition = default;
        var begin = name.Length - FutureSuffix.Length - UniqueIdLength - 1;
        return begin > 0 && name[begin] == '.' && name.EndsWith(FutureSuffix, StringComparison.Ordinal) && TryParse(name[..begin], out partition);
    }

    /// <summary>Whether a log's topic has too long a name for a log on its way into another data directory: that name is not cut.</summary>
    public static bool IsTooLongForFuture(TopicPartition partition) => partition.ToString().Length + 1 + UniqueIdLength + FutureSuffix.Length > LongestName;

    public static string FutureNameOf(TopicPartition partition) => UniqueNameOf(partition, FutureSuffix);

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
