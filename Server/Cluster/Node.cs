using System.Collections.Immutable;

namespace NettyKafka.Server.Cluster;

/// <summary>A door to the cluster: an id, the endpoints of its listeners, a rack. The data behind all doors is the same.</summary>
public sealed class Node(int id, string? rack)
{
    public int Id => id;

    public string? Rack => rack;

    /// <summary>By listener name; known once the listeners are bound.</summary>
    public ImmutableDictionary<string, AdvertisedEndpoint> Endpoints { get; set; } = ImmutableDictionary<string, AdvertisedEndpoint>.Empty;
}
