using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>What a member said when it joined by the classic protocol; compared by value.</summary>
sealed class ClassicMemberMetadata(int sessionTimeoutMs, IReadOnlyList<ClassicMemberMetadata.Protocol> protocols) : IEquatable<ClassicMemberMetadata>
{
    public int SessionTimeoutMs => sessionTimeoutMs;

    /// <summary>In the order of the member's preference; never empty.</summary>
    public IReadOnlyList<Protocol> Protocols => protocols;

    public static ClassicMemberMetadata Of(ConsumerGroupMemberMetadataValue.ClassicMemberMetadataStruct value) =>
        new(value.SessionTimeoutMs, value.SupportedProtocols.ConvertAll(protocol => new Protocol(protocol.Name, protocol.Metadata)));

    public ConsumerGroupMemberMetadataValue.ClassicMemberMetadataStruct ToValue() => new()
    {
        SessionTimeoutMs = sessionTimeoutMs,
        SupportedProtocols = [.. protocols.Select(protocol => new ConsumerGroupMemberMetadataValue.ClassicProtocol { Name = protocol.Name, Metadata = protocol.Metadata })],
    };

    public bool Equals(ClassicMemberMetadata? other) =>
        ReferenceEquals(this, other) || (other is not null && sessionTimeoutMs == other.SessionTimeoutMs && protocols.SequenceEqual(other.Protocols));

    public override bool Equals(object? obj) => Equals(obj as ClassicMemberMetadata);

    public override int GetHashCode() => HashCode.Combine(sessionTimeoutMs, protocols.Count);

    /// <summary>A protocol that the member supports, and its subscription in the form of that protocol.</summary>
    public sealed record Protocol(string Name, byte[] Metadata)
    {
        public bool Equals(Protocol? other) => other is not null && Name == other.Name && Metadata.AsSpan().SequenceEqual(other.Metadata);

        public override int GetHashCode() => HashCode.Combine(Name, Metadata.Length);
    }
}
