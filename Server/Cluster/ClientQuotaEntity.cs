using System.Collections.Immutable;

namespace NettyKafka.Server.Cluster;

/// <summary>Whom a quota is for: one or more types, each with a name or, as null, the default of all that have no quota of their own.</summary>
public sealed class ClientQuotaEntity : IEquatable<ClientQuotaEntity>
{
    public const string User = "user";
    public const string ClientId = "client-id";
    public const string Ip = "ip";

    readonly ImmutableSortedDictionary<string, string?> parts;

    /// <summary>Of a type that is named twice the last one counts.</summary>
    public ClientQuotaEntity(IEnumerable<KeyValuePair<string, string?>> parts)
    {
        var sorted = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        foreach (var (type, name) in parts)
            sorted[type] = name;
        this.parts = sorted.ToImmutable();
    }

    /// <summary>Names by type; the order of the types is Kafka's own too.</summary>
    public ImmutableSortedDictionary<string, string?> Parts => parts;

    public bool Has(string type) => parts.ContainsKey(type);

    public static ClientQuotaEntity Of(params ReadOnlySpan<(string Type, string? Name)> parts)
    {
        var pairs = new List<KeyValuePair<string, string?>>(parts.Length);
        foreach (var (type, name) in parts)
            pairs.Add(new(type, name));
        return new(pairs);
    }

    public bool Equals(ClientQuotaEntity? other) => other is not null && parts.SequenceEqual(other.parts);

    public override bool Equals(object? obj) => Equals(obj as ClientQuotaEntity);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var (type, name) in parts)
        {
            hash.Add(type);
            hash.Add(name);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => $"ClientQuotaEntity(entries={{{string.Join(", ", parts.Select(part => $"{part.Key}={part.Value ?? "null"}"))}}})";
}
