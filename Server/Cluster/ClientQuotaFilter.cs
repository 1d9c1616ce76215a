using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>Which entities a description of quotas is about: for each type a name, the default, or any of them. A strict one takes no entity of further types.</summary>
public sealed class ClientQuotaFilter
{
    const sbyte MatchExact = 0;
    const sbyte MatchDefault = 1;
    const sbyte MatchSpecified = 2;

    readonly Dictionary<string, string?> exact = [];
    readonly HashSet<string> specified = [];
    readonly bool isStrict;

    ClientQuotaFilter(bool isStrict) => this.isStrict = isStrict;

    public static bool TryCreate(DescribeClientQuotasRequest request, [NotNullWhen(true)] out ClientQuotaFilter? filter, out ErrorCode error, out string? message)
    {
        filter = new(request.Strict);
        foreach (var component in request.Components)
        {
            if (!filter.TryAdd(component, out error, out message))
                return false;
        }

        var combinesIp = filter.Has(ClientQuotaEntity.Ip) && (filter.Has(ClientQuotaEntity.User) || filter.Has(ClientQuotaEntity.ClientId));
        (error, message) = combinesIp
            ? (ErrorCode.InvalidRequest, "Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.")
            : (ErrorCode.None, null);
        return !combinesIp;
    }

    public bool Matches(ClientQuotaEntity entity) =>
        (!isStrict || entity.Parts.Count == exact.Count + specified.Count)
        && exact.All(wanted => entity.Parts.TryGetValue(wanted.Key, out var name) && name == wanted.Value)
        && specified.All(entity.Has);

    bool Has(string type) => exact.ContainsKey(type) || specified.Contains(type);

    bool TryAdd(DescribeClientQuotasRequest.ComponentData component, out ErrorCode error, out string? message)
    {
        (error, message) = Check(component);
        if (error != ErrorCode.None)
            return false;
        if (component.MatchType == MatchSpecified)
            specified.Add(component.EntityType);
        else
            exact.Add(component.EntityType, component.Match);
        return true;
    }

    (ErrorCode Error, string? Message) Check(DescribeClientQuotasRequest.ComponentData component) => component switch
    {
        { EntityType: "" } => (ErrorCode.InvalidRequest, "Invalid empty entity type."),
        _ when Has(component.EntityType) => (ErrorCode.InvalidRequest, $"Entity type {component.EntityType} cannot appear more than once in the filter."),
        { EntityType: not (ClientQuotaEntity.User or ClientQuotaEntity.ClientId or ClientQuotaEntity.Ip) } => (ErrorCode.UnsupportedVersion, $"Unsupported entity type {component.EntityType}"),
        { MatchType: MatchExact, Match: null } => (ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_EXACT, but set match string to null."),
        { MatchType: MatchDefault, Match: not null } => (ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_DEFAULT, but also specified a match string."),
        { MatchType: MatchSpecified, Match: not null } => (ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_SPECIFIED, but also specified a match string."),
        { MatchType: not (MatchExact or MatchDefault or MatchSpecified) } => (ErrorCode.InvalidRequest, $"Unknown match type {component.MatchType}"),
        _ => (ErrorCode.None, null),
    };
}
