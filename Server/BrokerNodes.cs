using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Network;

namespace NettyKafka.Server;

/// <summary>
/// The nodes of this process, each a door to the one cluster. They come and go one at a time; leaders, ISRs and coordinators follow at once, where Kafka's controller waits
/// for a session to time out.
/// </summary>
public sealed class BrokerNodes : IDisposable
{
    static readonly TimeSpan drainTimeout = TimeSpan.FromSeconds(2);

    readonly BrokerNetwork network;
    readonly ClusterMetadata cluster;
    readonly ILogger logger;
    readonly SemaphoreSlim gate = new(1);
    ImmutableSortedDictionary<int, NodeState> states;

    internal BrokerNodes(BrokerNetwork network, ClusterMetadata cluster, ILogger logger)
    {
        this.network = network;
        this.cluster = cluster;
        this.logger = logger;
        states = cluster.Nodes.ToImmutableSortedDictionary(node => node.Id, node => new NodeState(node));
    }

    /// <summary>All nodes, those that are down too.</summary>
    public IEnumerable<Node> All => Volatile.Read(ref states).Values.Select(state => state.Node);

    /// <summary>Whether clients can connect to a node.</summary>
    public bool IsUp(int id) => Volatile.Read(ref states).GetValueOrDefault(id)?.Door is not null;

    /// <summary>The nodes as they could be opened again in another process: with the ports that they have.</summary>
    public IReadOnlyList<Node> Copy() => [.. Volatile.Read(ref states).Values.Select(state => new Node(state.Node.Id, state.Node.Rack) { Ports = state.Door?.Ports ?? state.Ports })];

    /// <summary>Where clients reach the listeners of a node on this machine; empty while it is down.</summary>
    public IReadOnlyList<(string ListenerName, IPEndPoint Address)> BoundAddressesOf(int id) => Volatile.Read(ref states).GetValueOrDefault(id)?.Door?.BoundAddresses ?? [];

    /// <summary>Adds a node and opens its ports.</summary>
    /// <exception cref="ArgumentException">There is a node with this id.</exception>
    /// <exception cref="IOException">A port cannot be opened.</exception>
    public async Task AddAsync(Node node)
    {
        using var turn = await TurnAsync().ConfigureAwait(false);
        if (node.Id < 0 || states.ContainsKey(node.Id))
            throw new ArgumentException($"{node.Id} is no id for a new node: it is to be 0 or more, and not one of {Ids}", nameof(node));
        await OpenAsync(new(node), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Opens a node's ports again, the same ones. It holds its replicas in sync at once, and leads what nobody leads.</summary>
    /// <exception cref="ArgumentException">There is no such node, or it is up.</exception>
    public async Task StartAsync(int id)
    {
        using var turn = await TurnAsync().ConfigureAwait(false);
        var state = Find(id);
        if (state.Door is not null)
            throw new ArgumentException($"Node {id} is up", nameof(id));
        await OpenAsync(state, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Gives away what a node leads, then closes its ports, as a controlled shutdown does.</summary>
    /// <exception cref="ArgumentException">There is no such node, or it is down.</exception>
    public async Task StopAsync(int id)
    {
        using var turn = await TurnAsync().ConfigureAwait(false);
        var state = FindUp(id);
        await LeaveAsync(state).ConfigureAwait(false);
        await CloseAsync(state, drainTimeout).ConfigureAwait(false);
    }

    /// <summary>Closes a node's ports and connections at once, as if it had died. Without an election nobody has noticed: it still counts as leader.</summary>
    /// <exception cref="ArgumentException">There is no such node, or it is down.</exception>
    public async Task KillAsync(int id, bool elects = true)
    {
        using var turn = await TurnAsync().ConfigureAwait(false);
        var state = FindUp(id);
        await CloseAsync(state, TimeSpan.Zero).ConfigureAwait(false);
        if (elects)
            await LeaveAsync(state).ConfigureAwait(false);
    }

    /// <summary>Stops a node and forgets it; the replicas that it holds are still its own, as in Kafka, until they are reassigned.</summary>
    /// <exception cref="ArgumentException">There is no such node, or no other.</exception>
    public async Task RemoveAsync(int id)
    {
        using var turn = await TurnAsync().ConfigureAwait(false);
        var state = Find(id);
        if (states.Count == 1)
            throw new ArgumentException($"Node {id} is the only one", nameof(id));
        if (cluster.FindNode(id) is not null)
            await LeaveAsync(state).ConfigureAwait(false);
        if (state.Door is not null)
            await CloseAsync(state, drainTimeout).ConfigureAwait(false);
        var error = await new ReplicationControl(cluster).UnregisterBrokerAsync(id).ConfigureAwait(false);
        if (!error.IsNone)
            throw new IOException($"Node {id} cannot be unregistered: {error.Message ?? $"{error.Code}"}");
        ImmutableInterlocked.Update(ref states, static (all, gone) => all.Remove(gone), id);
    }

    /// <summary>Opens the doors of all nodes that there are from the start; the first one's at the ports of the configuration, the others' at those behind them.</summary>
    internal async Task OpenAllAsync(CancellationToken cancellation)
    {
        using var turn = await TurnAsync().ConfigureAwait(false);
        foreach (var state in states.Values)
            await OpenAsync(state, cancellation).ConfigureAwait(false);
    }

    public void Dispose() => gate.Dispose();

    internal Task StopListeningAsync() => Task.WhenAll(Doors.Select(door => door.StopAsync()));

    internal Task DrainAsync(TimeSpan timeout) => Task.WhenAll(Doors.Select(door => door.DrainAsync(timeout)));

    /// <summary>Appends to the metadata log.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static async Task ChangeAsync(ClusterMetadata cluster, Func<ClusterImage, IReadOnlyList<MetadataRecord>> change)
    {
        var (error, _) = await cluster.ChangeAsync(image => (change(image), true)).ConfigureAwait(false);
        if (error != ErrorCode.None)
            throw new IOException($"The metadata log cannot be written: {error}");
    }

    IEnumerable<NodeDoor> Doors => Volatile.Read(ref states).Values.Select(state => state.Door).OfType<NodeDoor>();

    string Ids => string.Join(", ", states.Keys);

    async Task<IDisposable> TurnAsync()
    {
        await gate.WaitAsync().ConfigureAwait(false);
        return new Turn(gate);
    }

    NodeState Find(int id) => states.GetValueOrDefault(id) ?? throw new ArgumentException($"There is no node {id}; there are {Ids}", nameof(id));

    NodeState FindUp(int id) => Find(id) is { Door: not null } state ? state : throw new ArgumentException($"Node {id} is down", nameof(id));

    async Task OpenAsync(NodeState state, CancellationToken cancellation)
    {
        var node = state.Node;
        var door = await network.OpenAsync(node, endpoint => PortOf(state, endpoint), cancellation).ConfigureAwait(false);
        var opened = state with { Door = door, Ports = door.Ports };
        ImmutableInterlocked.Update(ref states, static (all, one) => all.SetItem(one.Node.Id, one), opened);
        cluster.Nodes = [.. cluster.Nodes.Where(other => other.Id != node.Id).Append(node).OrderBy(other => other.Id)];
        var incarnationId = Uuid.Random();
        await ChangeAsync(cluster, image => [.. NodeLiveness.Changes(image, cluster.NodeIds), .. ClusterStart.Registration(image, node, incarnationId)]).ConfigureAwait(false);
        foreach (var (_, address) in door.BoundAddresses)
            logger.LogInformation("Awaiting socket connections on {Host}:{Port}.", address.Address, address.Port);
        logger.LogInformation("The broker has been unfenced. Transitioning from RECOVERY to RUNNING.");
    }

    /// <summary>The port that it had, or the one asked for; else of the ports behind those of the configuration, which are the first node's.</summary>
    int PortOf(NodeState state, Endpoint endpoint)
    {
        if (state.Ports.TryGetValue(endpoint.Name, out var port))
            return port;
        if (state.Node.Ports.TryGetValue(endpoint.Name, out var asked))
            return asked;
        var next = endpoint.Port == 0 ? 0 : network.PortBehind(endpoint.Port, state.Node.Id - states.Keys.First());
        return next <= IPEndPoint.MaxPort ? next : throw new IOException($"There is no port {next} for the listener {endpoint.Name} of node {state.Node.Id}");
    }

    async Task LeaveAsync(NodeState state)
    {
        var id = state.Node.Id;
        cluster.Nodes = [.. cluster.Nodes.Where(other => other.Id != id)];
        await ChangeAsync(cluster, image => NodeLiveness.Fence(image, id) is { } fence ? [.. NodeLiveness.Changes(image, cluster.NodeIds), fence] : []).ConfigureAwait(false);
        logger.LogInformation("Node {NodeId} is fenced", id);
    }

    async Task CloseAsync(NodeState state, TimeSpan timeout)
    {
        await state.Door!.StopAsync().ConfigureAwait(false);
        await state.Door.DrainAsync(timeout).ConfigureAwait(false);
        ImmutableInterlocked.Update(ref states, static (all, one) => all.SetItem(one.Node.Id, one with { Door = null }), state);
    }

    /// <summary>A node with its door, null while it is down, and the ports that it had then.</summary>
    sealed record NodeState(Node Node)
    {
        public NodeDoor? Door { get; init; }

        public ImmutableDictionary<string, int> Ports { get; init; } = ImmutableDictionary<string, int>.Empty;
    }

    sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
