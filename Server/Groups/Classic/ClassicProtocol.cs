namespace NettyKafka.Server.Groups.Classic;

/// <summary>One way of assigning that a member can follow, such as <c>range</c>, and what it tells the leader for it.</summary>
public sealed record ClassicProtocol(string Name, byte[] Metadata)
{
    public bool Equals(ClassicProtocol? other) => other is not null && Name == other.Name && Metadata.AsSpan().SequenceEqual(other.Metadata);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
