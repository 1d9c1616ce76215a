using System.Globalization;

namespace NettyKafka.Server.Storage;

/// <summary>The names of a log's files: the offset in 20 digits and a suffix that says what is in it.</summary>
static class LogFiles
{
    public const string LogSuffix = ".log";
    public const string OffsetIndexSuffix = ".index";
    public const string TimeIndexSuffix = ".timeindex";
    public const string TransactionIndexSuffix = ".txnindex";
    public const string ProducerSnapshotSuffix = ".snapshot";
    public const string DeletedSuffix = ".deleted";
    public const string CleanedSuffix = ".cleaned";
    public const string SwapSuffix = ".swap";

    const int OffsetDigits = 20;

    /// <summary>The files of a segment; the one with the batches comes first.</summary>
    public static ReadOnlySpan<string> SegmentSuffixes => suffixes;

    static readonly string[] suffixes = [LogSuffix, OffsetIndexSuffix, TimeIndexSuffix, TransactionIndexSuffix];

    public static string PathOf(string directory, long offset, string suffix) => Path.Combine(directory, NameOf(offset) + suffix);

    public static string NameOf(long offset) => offset.ToString("D20", CultureInfo.InvariantCulture);

    /// <summary>The offset that a file of exactly this suffix is named by; null for any other file.</summary>
    public static long? OffsetOf(string name, string suffix) =>
        name.Length == OffsetDigits + suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) && TryParse(name, out var offset) ? offset : null;

    /// <summary>The base offset that an index file of any kind is named by; null for any other file.</summary>
    public static long? BaseOffsetOfIndex(string name) =>
        OffsetOf(name, OffsetIndexSuffix) ?? OffsetOf(name, TimeIndexSuffix) ?? OffsetOf(name, TransactionIndexSuffix);

    static bool TryParse(string name, out long offset) =>
        long.TryParse(name.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
}
