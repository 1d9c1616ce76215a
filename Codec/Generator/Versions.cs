using System.Globalization;

namespace NettyKafka.Codec.Generator;

/// <summary>A run of versions as schemas write it: <c>3+</c>, <c>0-12</c>, <c>4</c>.</summary>
readonly struct Versions(short min, short max) : IEquatable<Versions>
{
    public static readonly Versions All = new(0, short.MaxValue);
    public static readonly Versions None = new(short.MaxValue, -1);

    public short Min { get; } = min;

    public short Max { get; } = max;

    public bool IsEmpty => Min > Max;

    public static Versions? Parse(string text)
    {
        if (text.EndsWith("+", StringComparison.Ordinal))
            return ParseNumber(text.Substring(0, text.Length - 1)) is { } from ? new Versions(from, short.MaxValue) : null;
        var dash = text.IndexOf('-');
        if (dash < 0)
            return ParseNumber(text) is { } only ? new Versions(only, only) : null;
        return ParseNumber(text.Substring(0, dash)) is { } min && ParseNumber(text.Substring(dash + 1)) is { } max && min <= max ? new Versions(min, max) : null;
    }

    public static short? ParseNumber(string text) =>
        short.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public bool Contains(int version) => version >= Min && version <= Max;

    public bool Contains(Versions other) => other.IsEmpty || (other.Min >= Min && other.Max <= Max);

    public Versions Intersect(Versions other) => new(Math.Max(Min, other.Min), Math.Min(Max, other.Max));

    /// <summary>The smallest run that holds both.</summary>
    public Versions Hull(Versions other) => IsEmpty ? other : other.IsEmpty ? this : new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));

    /// <summary>The C# condition for <c>version</c> being one of these, given that it is one of <paramref name="within"/>; null when it always is.</summary>
    public string? ConditionWithin(Versions within)
    {
        if (Contains(within))
            return null;
        if (Min == Max)
            return $"version == {Min}";
        if (Min <= within.Min)
            return $"version <= {Max}";
        return Max >= within.Max ? $"version >= {Min}" : $"version is >= {Min} and <= {Max}";
    }

    /// <summary>The C# condition for <c>version</c> being none of these, given that it is one of <paramref name="within"/>; null when it always is one.</summary>
    public string? ConditionOutside(Versions within)
    {
        if (Contains(within))
            return null;
        if (Min <= within.Min)
            return $"version > {Max}";
        return Max >= within.Max ? $"version < {Min}" : $"version is < {Min} or > {Max}";
    }

    public bool Equals(Versions other) => Min == other.Min && Max == other.Max;

    public override bool Equals(object? obj) => obj is Versions other && Equals(other);

    public override int GetHashCode() => (Min << 16) | (ushort)Max;

    public override string ToString() => Min == Max ? $"{Min}" : Max == short.MaxValue ? $"{Min}+" : $"{Min}-{Max}";
}
