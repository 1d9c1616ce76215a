using System.Collections.Immutable;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Cluster;

/// <summary>All quotas by the entity they are for and their key. It is never changed: replaying a record answers the next one.</summary>
public sealed class ClientQuotasImage
{
    public static readonly ClientQuotasImage Empty = new(ImmutableDictionary<ClientQuotaEntity, ImmutableSortedDictionary<string, double>>.Empty);

    static readonly ImmutableSortedDictionary<string, double> none = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    ClientQuotasImage(ImmutableDictionary<ClientQuotaEntity, ImmutableSortedDictionary<string, double>> entities)
    {
        Entities = entities;
        IsEmpty = entities.IsEmpty;
    }

    public ImmutableDictionary<ClientQuotaEntity, ImmutableSortedDictionary<string, double>> Entities { get; }

    public bool IsEmpty { get; }

    /// <summary>What has to be replayed to come to the same quotas.</summary>
    public IEnumerable<ClientQuotaRecord> Records =>
        from entity in Entities
        orderby entity.Key.ToString()
        from quota in entity.Value
        select RecordOf(entity.Key, quota.Key, quota.Value);

    public ImmutableSortedDictionary<string, double> QuotasOf(ClientQuotaEntity entity) => Entities.GetValueOrDefault(entity) ?? none;

    public ClientQuotasImage Replay(ClientQuotaRecord record)
    {
        var entity = new ClientQuotaEntity(record.Entity.Select(part => KeyValuePair.Create(part.EntityType, part.EntityName)));
        var quotas = QuotasOf(entity);
        quotas = record.Remove ? quotas.Remove(record.Key) : quotas.SetItem(record.Key, record.Value);
        return new(quotas.IsEmpty ? Entities.Remove(entity) : Entities.SetItem(entity, quotas));
    }

    /// <summary>The record that gives an entity a quota, or with null takes it away.</summary>
    public static ClientQuotaRecord RecordOf(ClientQuotaEntity entity, string key, double? value) => new()
    {
        Entity = [.. entity.Parts.Select(part => new ClientQuotaRecord.EntityData { EntityType = part.Key, EntityName = part.Value })],
        Key = key,
        Value = value ?? 0,
        Remove = value is null,
    };
}
