using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>What AlterConfigs and IncrementalAlterConfigs have in common: who may alter what, each resource once, and where a change goes.</summary>
public sealed class ConfigChanges(ConfigurationControl control, BrokerLoggers loggers)
{
    /// <summary>Alters what may be altered; answers in the order asked.</summary>
    public async Task<IReadOnlyList<(ErrorCode Error, string? Message)>> AlterAsync(IReadOnlyList<ConfigChange> changes, bool validateOnly, RequestContext context)
    {
        var twice = changes.GroupBy(change => change.Resource).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();
        var results = new Dictionary<ConfigChange, (ErrorCode Error, string? Message)>();
        foreach (var change in changes)
        {
            if (twice.Contains(change.Resource))
                results[change] = (ErrorCode.InvalidRequest, "Each resource must appear at most once.");
            else if (ConfigRights.Check(context, AclOperation.AlterConfigs, change.Resource) is { IsNone: false } refusal)
                results[change] = (refusal.Code, refusal.Message);
            else if (change is { Resource.Type: ConfigResourceType.BrokerLogger, ReplacesAll: false })
                results[change] = loggers.Alter(change, validateOnly, context.Node.Id);
        }

        var rest = changes.Where(change => !results.ContainsKey(change)).ToList();
        var altered = await control.AlterAsync(rest, validateOnly);
        for (var i = 0; i < rest.Count; i++)
            results[rest[i]] = altered[i];
        return [.. changes.Select(change => results[change])];
    }
}
