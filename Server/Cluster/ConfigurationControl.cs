using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Cluster;

/// <summary>Changes of configs that clients ask for, each resource's as a whole, all of a request in one step on the metadata log.</summary>
public sealed class ConfigurationControl(ClusterMetadata cluster, DynamicBrokerConfig config)
{
    /// <summary>Alters configs, or with <paramref name="validateOnly"/> only says what would happen. Answers in the order asked.</summary>
    public async Task<IReadOnlyList<(ErrorCode Error, string? Message)>> AlterAsync(IReadOnlyList<ConfigChange> changes, bool validateOnly)
    {
        var refused = new Dictionary<ConfigChange, ConfigAlteration.Plan>();
        foreach (var change in changes.Where(change => change.Resource.Type == ConfigResourceType.Broker))
            if (await TryAsync(change).ConfigureAwait(false) is { } plan)
                refused[change] = plan;

        var (error, plans) = await cluster.ChangeAsync(image =>
        {
            var (records, plans) = PlanAll(image, changes, refused);
            return (validateOnly ? [] : records, plans);
        }).ConfigureAwait(false);
        return [.. plans.Select(plan => plan.Error == ErrorCode.None ? (error, null) : (plan.Error, plan.Message))];
    }

    /// <summary>Asks the parts of this broker, which may have to look at files; null when none of them has a reason against it.</summary>
    async ValueTask<ConfigAlteration.Plan?> TryAsync(ConfigChange change)
    {
        if (new ConfigAlteration(cluster.Image, config.Current).Alter(change).Broker is not { } next)
            return null;
        try
        {
            await config.ValidateAsync(next).ConfigureAwait(false);
            return null;
        }
        catch (ConfigException e)
        {
            return ConfigAlteration.Plan.Failed(ErrorCode.InvalidRequest, $"Invalid dynamic configuration: {e.Message}");
        }
    }

    (IReadOnlyList<MetadataRecord> Records, List<ConfigAlteration.Plan> Plans) PlanAll(
        ClusterImage image, IReadOnlyList<ConfigChange> changes, Dictionary<ConfigChange, ConfigAlteration.Plan> refused)
    {
        var records = new List<MetadataRecord>();
        var plans = new List<ConfigAlteration.Plan>(changes.Count);
        var current = config.Current;
        foreach (var change in changes)
        {
            var plan = refused.TryGetValue(change, out var refusal) ? refusal : new ConfigAlteration(image, current).Alter(change);
            plans.Add(plan);
            records.AddRange(plan.Records);
            // The next one is judged as if this one were in effect: what is set for all brokers and for this one has to go together.
            current = plan.Broker ?? current;
        }

        return (records, plans);
    }
}
