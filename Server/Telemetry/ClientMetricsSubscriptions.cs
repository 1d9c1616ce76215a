using System.Collections.Immutable;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Telemetry;

/// <summary>All subscriptions at one point of the cluster's state, and which version of them that is.</summary>
sealed class ClientMetricsSubscriptions
{
    readonly ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> configs;
    readonly ImmutableSortedDictionary<string, string>[] sources;
    readonly ClientMetricsSubscription[] subscriptions;

    ClientMetricsSubscriptions(ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> configs, ImmutableSortedDictionary<string, string>[] sources, ClientMetricsSubscription[] subscriptions, int version) =>
        (this.configs, this.sources, this.subscriptions, Version) = (configs, sources, subscriptions, version);

    public static ClientMetricsSubscriptions None { get; } = new(ClusterImage.Empty.Configs, [], [], 0);

    /// <summary>Goes up with each change of a subscription.</summary>
    public int Version { get; }

    public bool IsEmpty => subscriptions.Length == 0;

    public IEnumerable<ClientMetricsSubscription> For(ClientInstanceMetadata client) => subscriptions.Where(subscription => subscription.IsFor(client));

    /// <summary>Those of an image: the same while nothing has changed, a new version otherwise.</summary>
    public ClientMetricsSubscriptions At(ClusterImage image)
    {
        if (ReferenceEquals(image.Configs, configs))
            return this;
        ImmutableSortedDictionary<string, string>[] now =
            [.. from resource in image.Configs where resource.Key.Type == ConfigResourceType.ClientMetrics orderby resource.Key.Name select resource.Value];
        return now.SequenceEqual(sources, ReferenceEqualityComparer.Instance)
            ? new(image.Configs, sources, subscriptions, Version)
            : new(image.Configs, now, Array.ConvertAll(now, source => new ClientMetricsSubscription(source)), Version + 1);
    }
}
