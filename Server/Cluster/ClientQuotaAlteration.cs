using System.Net;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// What altering the quotas of one entity means: the records that do it, or Kafka's error. Pure. An entity that is there twice in a request is refused as a
/// whole; the name of an IP entity is an address, not the name of a host.
/// </summary>
public sealed class ClientQuotaAlteration(ClusterImage image)
{
    public readonly record struct Plan(ClientQuotaEntity Entity, ErrorCode Error, string? Message, IReadOnlyList<MetadataRecord> Records)
    {
        public static Plan Failed(ClientQuotaEntity entity, string message) => new(entity, ErrorCode.InvalidRequest, message, []);
    }

    /// <summary>One plan for each entity, in the order asked.</summary>
    public List<Plan> Alter(IEnumerable<AlterClientQuotasRequest.EntryData> entries)
    {
        var plans = new List<Plan>();
        foreach (var same in entries.GroupBy(entry => new ClientQuotaEntity(entry.Entity.Select(part => KeyValuePair.Create(part.EntityType, part.EntityName)))))
            plans.Add(same.Count() > 1 ? Plan.Failed(same.Key, $"Ignoring duplicate entity {same.Key}") : Alter(same.Key, same.First().Ops));
        return plans;
    }

    Plan Alter(ClientQuotaEntity entity, List<AlterClientQuotasRequest.OpData> ops)
    {
        if (Check(entity) is { } invalid)
            return Plan.Failed(entity, invalid);
        if (ops.DistinctBy(op => op.Key).Count() < ops.Count)
            return Plan.Failed(entity, $"Duplicate quota key {ops.GroupBy(op => op.Key).First(same => same.Count() > 1).Key} not updating quota for this entity {entity}");

        var current = image.ClientQuotas.QuotasOf(entity);
        var records = new List<MetadataRecord>();
        foreach (var op in ops)
        {
            var isSet = current.TryGetValue(op.Key, out var value);
            if (!op.Remove && ClientQuotaKeys.Check(op.Key, op.Value, entity.Has(ClientQuotaEntity.Ip)) is { } wrong)
                return Plan.Failed(entity, wrong);
            // What is so already is not written again.
            if (op.Remove ? isSet : !isSet || !value.Equals(op.Value))
                records.Add(MetadataRecord.Of(ClientQuotasImage.RecordOf(entity, op.Key, op.Remove ? null : op.Value)));
        }

        return new(entity, ErrorCode.None, null, records);
    }

    static string? Check(ClientQuotaEntity entity)
    {
        if (entity.Parts.IsEmpty)
            return "Invalid empty client quota entity";
        foreach (var (type, name) in entity.Parts)
        {
            if (type is not (ClientQuotaEntity.User or ClientQuotaEntity.ClientId or ClientQuotaEntity.Ip))
                return $"Unhandled client quota entity type: {type}";
            if (name is "")
                return $"Empty {type} not supported";
        }

        if (!entity.Has(ClientQuotaEntity.Ip))
            return null;
        if (entity.Parts.Count > 1)
            return "Invalid quota entity combination, IP entity should not be combined with User or ClientId";
        return entity.Parts[ClientQuotaEntity.Ip] is { } ip && !IPAddress.TryParse(ip, out _) ? $"{ip} is not a valid IP or resolvable host." : null;
    }
}
