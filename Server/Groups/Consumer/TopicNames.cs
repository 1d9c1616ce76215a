using System.Collections.Immutable;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>Topic names in order, each once, compared by value: members that subscribe alike share one.</summary>
sealed class TopicNames : IEquatable<TopicNames>
{
    public static readonly TopicNames Empty = new([]);

    readonly int hash;

    TopicNames(ImmutableArray<string> names)
    {
        Names = names;
        var code = default(HashCode);
        foreach (var name in names)
            code.Add(name, StringComparer.Ordinal);
        hash = code.ToHashCode();
    }

    public ImmutableArray<string> Names { get; }

    public static TopicNames Of(IEnumerable<string> names)
    {
        var sorted = new SortedSet<string>(names, StringComparer.Ordinal);
        return sorted.Count == 0 ? Empty : new([.. sorted]);
    }

    public TopicNames Where(Func<string, bool> isKept) => Names.All(isKept) ? this : Of(Names.Where(isKept));

    public bool Contains(string name) => Names.BinarySearch(name, StringComparer.Ordinal) >= 0;

    public bool Equals(TopicNames? other) => ReferenceEquals(this, other) || (other is not null && hash == other.hash && Names.AsSpan().SequenceEqual(other.Names.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as TopicNames);

    public override int GetHashCode() => hash;

    public override string ToString() => string.Join(',', Names);
}
