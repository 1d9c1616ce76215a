using System.Globalization;

namespace NettyKafka.Server.Cluster;

/// <summary>The end of what a snapshot contains: the offset behind its last record, and the leader epoch of that record. Its file is named by both.</summary>
public readonly record struct SnapshotId(long Offset, int Epoch) : IComparable<SnapshotId>
{
    public const string Suffix = ".checkpoint";
    public const string PartialSuffix = ".checkpoint.part";

    const int OffsetDigits = 20;
    const int EpochDigits = 10;

    public string FileName => ToString() + Suffix;

    /// <summary>Reads the id off the name of a whole snapshot.</summary>
    public static bool TryParse(string name, out SnapshotId id)
    {
        id = default;
        if (name.Length != OffsetDigits + 1 + EpochDigits + Suffix.Length || name[OffsetDigits] != '-' || !name.EndsWith(Suffix, StringComparison.Ordinal))
            return false;
        if (!long.TryParse(name.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            || !int.TryParse(name.AsSpan(OffsetDigits + 1, EpochDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
            return false;
        id = new(offset, epoch);
        return true;
    }

    public int CompareTo(SnapshotId other) => (Offset, Epoch).CompareTo((other.Offset, other.Epoch));

    public static bool operator <(SnapshotId left, SnapshotId right) => left.CompareTo(right) < 0;

    public static bool operator >(SnapshotId left, SnapshotId right) => left.CompareTo(right) > 0;

    public static bool operator <=(SnapshotId left, SnapshotId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SnapshotId left, SnapshotId right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset:D20}-{Epoch:D10}");
}
