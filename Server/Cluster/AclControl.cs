using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>Creates and deletes ACLs, all of a request in one step on the metadata log; who asks, and whether there is an authorizer, is the handlers' concern.</summary>
public sealed class AclControl(ClusterMetadata cluster)
{
    const int MaxRecordsPerRequest = 10_000;

    static readonly ApiError tooMany = new(ErrorCode.PolicyViolation, "Unable to perform excessively large batch operation.");

    /// <summary>Creates what is not there already. Answers in the order asked.</summary>
    public async Task<IReadOnlyList<ApiError>> CreateAsync(IReadOnlyList<Acl> acls)
    {
        var (error, results) = await cluster.ChangeAsync(image => Create(image.Acls, acls)).ConfigureAwait(false);
        return error == ErrorCode.None ? results : [.. results.Select(result => result.IsNone ? new(error, null) : result)];
    }

    /// <summary>Deletes what any of the filters matches. Answers in the order asked.</summary>
    public async Task<IReadOnlyList<DeletedAcls>> DeleteAsync(IReadOnlyList<AclFilter> filters)
    {
        var (error, results) = await cluster.ChangeAsync(image => Delete(image.Acls, filters)).ConfigureAwait(false);
        return error == ErrorCode.None ? results : [.. results.Select(result => result.Error.IsNone ? new(new(error, null), []) : result)];
    }

    /// <summary>Kafka's reason against a filter; null when there is none.</summary>
    public static string? Check(AclFilter filter)
    {
        if (!Enum.IsDefined(filter.ResourceType) || !Enum.IsDefined(filter.PatternType) || filter.ResourceType == ResourceType.Unknown || filter.PatternType == PatternType.Unknown)
            return "Unknown patternFilter.";
        var isKnown = Enum.IsDefined(filter.Operation) && Enum.IsDefined(filter.PermissionType)
            && filter.Operation != AclOperation.Unknown && filter.PermissionType != AclPermissionType.Unknown;
        return isKnown ? null : "Unknown entryFilter.";
    }

    static (IReadOnlyList<MetadataRecord> Records, IReadOnlyList<ApiError> Results) Create(AclsImage image, IReadOnlyList<Acl> acls)
    {
        var records = new List<MetadataRecord>();
        var results = new List<ApiError>(acls.Count);
        foreach (var acl in acls)
        {
            var invalid = Check(acl);
            results.Add(invalid is null ? ApiError.None : new(ErrorCode.InvalidRequest, invalid));
            if (invalid is not null || image.Contains(acl))
                continue;
            var record = acl.ToRecord(Uuid.Random());
            records.Add(MetadataRecord.Of(record));
            image = image.Replay(record);
        }

        return records.Count > MaxRecordsPerRequest ? ([], results.ConvertAll(result => result.IsNone ? tooMany : result)) : (records, results);
    }

    static (IReadOnlyList<MetadataRecord> Records, IReadOnlyList<DeletedAcls> Results) Delete(AclsImage image, IReadOnlyList<AclFilter> filters)
    {
        var deleted = new HashSet<Uuid>();
        var results = new List<DeletedAcls>(filters.Count);
        foreach (var filter in filters)
        {
            if (Check(filter) is { } invalid)
            {
                results.Add(new(new(ErrorCode.InvalidRequest, invalid), []));
                continue;
            }

            var matched = image.ById.Where(entry => filter.Matches(entry.Value)).ToList();
            deleted.UnionWith(matched.Select(entry => entry.Key));
            results.Add(new(ApiError.None, matched.ConvertAll(entry => entry.Value)));
        }

        return deleted.Count > MaxRecordsPerRequest
            ? ([], results.ConvertAll(result => result.Error.IsNone ? new(tooMany, []) : result))
            : ([.. deleted.Select(id => MetadataRecord.Of(new RemoveAccessControlEntryRecord { Id = id }))], results);
    }

    static string? Check(Acl acl)
    {
        if (!Enum.IsDefined(acl.ResourceType) || acl.ResourceType is ResourceType.Unknown or ResourceType.Any)
            return $"Invalid resourceType {Acl.NameOf(acl.ResourceType)}";
        if (acl.PatternType is not (PatternType.Literal or PatternType.Prefixed))
            return $"Invalid patternType {Acl.NameOf(acl.PatternType)}";
        if (!Enum.IsDefined(acl.Operation) || acl.Operation is AclOperation.Unknown or AclOperation.Any)
            return $"Invalid operation {Acl.NameOf(acl.Operation)}";
        if (acl.PermissionType is not (AclPermissionType.Deny or AclPermissionType.Allow))
            return $"Invalid permissionType {Acl.NameOf(acl.PermissionType)}";
        if (acl.ResourceName.Length == 0)
            return "Resource name should not be empty";
        return acl.Principal.Contains(':', StringComparison.Ordinal)
            ? null
            : $"Could not parse principal from `{acl.Principal}` (no colon is present separating the principal type from the principal name)";
    }
}
