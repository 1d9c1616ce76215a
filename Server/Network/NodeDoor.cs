using System.Collections.Immutable;
using System.Net;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Network;

/// <summary>The open ports of a node: clients come to the cluster through them.</summary>
sealed class NodeDoor(Node node, IReadOnlyList<Listener> listeners)
{
    public Node Node => node;

    /// <summary>Where clients reach each listener on this machine.</summary>
    public IReadOnlyList<(string ListenerName, IPEndPoint Address)> BoundAddresses => [.. listeners.Select(listener => (listener.Name, listener.BoundAddress))];

    public ImmutableDictionary<string, int> Ports => listeners.ToImmutableDictionary(listener => listener.Name, listener => listener.BoundAddress.Port);

    /// <summary>Takes no more connections and reads no more requests.</summary>
    public Task StopAsync() => Task.WhenAll(listeners.Select(listener => listener.StopAsync()));

    /// <summary>Waits until each connection owes no answer, and closes those that take longer.</summary>
    public Task DrainAsync(TimeSpan timeout) => Task.WhenAll(listeners.Select(listener => listener.DrainAsync(timeout)));
}
