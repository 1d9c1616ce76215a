using System.Collections.Immutable;

namespace NettyKafka.Server.Cluster;

/// <summary>A door to the cluster: an id, the endpoints of its listeners, a rack. The data behind all doors is the same.</summary>
public sealed class Node(int id, string? rack)
{
    public int Id => id;

    public string? Rack => rack;

    /// <summary>The ports to open listeners at, by their names, in place of those of the configuration; 0 is a free one.</summary>
    public ImmutableDictionary<string, int> Ports { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>By listener name; known once the listeners are bound.</summary>
    public ImmutableDictionary<string, AdvertisedEndpoint> Endpoints { get; set; } = ImmutableDictionary<string, AdvertisedEndpoint>.Empty;
}
