using System.Collections.Immutable;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Testing;

/// <summary>
/// The nodes of an embedded broker: each has a port of its own, leads some partitions and coordinates some groups. They can be stopped, killed, started, added and removed, and
/// leaders and coordinators moved between them, while clients are connected.
/// </summary>
public sealed class EmbeddedNodes
{
    readonly BrokerHost host;

    internal EmbeddedNodes(BrokerHost host) => this.host = host;

    /// <summary>All nodes in the order of their ids, those that are down too.</summary>
    public IReadOnlyList<EmbeddedNode> All => [.. Nodes.All.Select(node => new EmbeddedNode(node.Id, node.Rack, Nodes.BoundAddressesOf(node.Id) is [var first, ..] ? $"{first.Address}" : null))];

    /// <summary>Adds a node on a free port, with the next id, and answers the id. It holds no partitions yet.</summary>
    public async Task<int> AddAsync(string? rack = null)
    {
        var id = Nodes.All.Max(node => node.Id) + 1;
        var config = Broker.Config.Current;
        // A listener that tells clients a port has to be there, behind that of the node before.
        var freePorts = config.Listeners.Where(listener => config.FindAdvertised(listener.Name)?.Port is not > 0).ToImmutableDictionary(listener => listener.Name, _ => 0);
        await Nodes.AddAsync(new(id, rack) { Ports = freePorts }).ConfigureAwait(false);
        return id;
    }

    /// <summary>Stops a node as a controlled shutdown does: others lead first, then its connections close.</summary>
    /// <exception cref="ArgumentException">There is no such node, or it is down.</exception>
    public Task StopAsync(int node) => Nodes.StopAsync(node);

    /// <summary>Closes a node's port and connections at once; then others lead. With <paramref name="elects"/> false nobody notices, and it goes on to count as leader.</summary>
    /// <exception cref="ArgumentException">There is no such node, or it is down.</exception>
    public Task KillAsync(int node, bool elects = true) => Nodes.KillAsync(node, elects);

    /// <summary>Starts a node again, on the port it had. What it led before it leads again when leaders are elected (<see cref="ElectPreferredLeadersAsync"/>).</summary>
    /// <exception cref="ArgumentException">There is no such node, or it is up.</exception>
    public Task StartAsync(int node) => Nodes.StartAsync(node);

    /// <summary>Stops a node and forgets it.</summary>
    /// <exception cref="ArgumentException">There is no such node, or no other.</exception>
    public Task RemoveAsync(int node) => Nodes.RemoveAsync(node);

    /// <summary>The node that leads a partition; null when none does.</summary>
    /// <exception cref="ArgumentException">There is no such partition.</exception>
    public int? LeaderOf(string topic, int partition) => PartitionOf(topic, partition).Leader is >= 0 and var leader ? leader : null;

    /// <summary>The leader epoch of a partition.</summary>
    /// <exception cref="ArgumentException">There is no such partition.</exception>
    public int LeaderEpochOf(string topic, int partition) => PartitionOf(topic, partition).LeaderEpoch;

    /// <summary>The nodes that hold a partition, the preferred leader first.</summary>
    /// <exception cref="ArgumentException">There is no such partition.</exception>
    public IReadOnlyList<int> ReplicasOf(string topic, int partition) => PartitionOf(topic, partition).Replicas;

    /// <summary>Lets a node lead a partition. One that holds no replica takes over that of the leader before.</summary>
    /// <exception cref="ArgumentException">There is no such partition, or the node is not up.</exception>
    public Task MoveLeaderAsync(string topic, int partition, int node) => MoveAsync([(topic, partition, node)]);

    /// <summary>Gives every partition another leader where it has a replica in sync for that, the internal topics' too; the same ones for the same seed.</summary>
    public Task ShuffleLeadersAsync(int seed = 0) => ShuffleAsync(static _ => true, seed);

    /// <summary>Lets the first replica of every partition lead again, where it is up.</summary>
    public Task ElectPreferredLeadersAsync() => new ReplicationControl(Broker.Cluster).ElectLeadersAsync(null, ElectionType.Preferred);

    /// <summary>Begins a new leader epoch with the same leader: who knows the one before is fenced.</summary>
    /// <exception cref="ArgumentException">There is no such partition.</exception>
    public async Task BumpLeaderEpochAsync(string topic, int partition) =>
        ThrowIfFailed(await new ReplicationControl(Broker.Cluster).BumpLeaderEpochAsync(topic, partition).ConfigureAwait(false));

    /// <summary>Has a partition on certain nodes, the first one its preferred leader. Who leads and is among them goes on to lead.</summary>
    /// <exception cref="ArgumentException">There is no such partition, or a node is not up or is named twice.</exception>
    public async Task SetReplicasAsync(string topic, int partition, params IEnumerable<int> nodes)
    {
        var errors = await new ReplicationControl(Broker.Cluster)
            .AlterPartitionReassignmentsAsync([(topic, new() { PartitionIndex = partition, Replicas = [.. nodes] })], allowReplicationFactorChange: true)
            .ConfigureAwait(false);
        ThrowIfFailed(errors[0]);
    }

    /// <summary>Sends consumers of a partition from its leader to a follower, whatever their rack (KIP-392); null leaves it to <c>replica.selector.class</c> again.</summary>
    /// <exception cref="ArgumentException">There is no such partition, or the node holds none of it.</exception>
    public void SetPreferredReadReplica(string topic, int partition, int? node)
    {
        var replicas = PartitionOf(topic, partition).Replicas;
        if (node is { } id && !replicas.Contains(id))
            throw new ArgumentException($"Node {id} has no replica of {topic}-{partition}; {string.Join(", ", replicas)} have", nameof(node));
        Broker.Replicas.Choose(new(topic, partition), node);
    }

    /// <summary>The node that coordinates a consumer group.</summary>
    public async Task<int?> GroupCoordinatorOfAsync(string group) => LeaderOf(InternalTopics.ConsumerOffsets, await CoordinatorPartitionAsync(InternalTopics.ConsumerOffsets, group).ConfigureAwait(false));

    /// <summary>The node that coordinates the transactions of a transactional id.</summary>
    public async Task<int?> TransactionCoordinatorOfAsync(string transactionalId) =>
        LeaderOf(InternalTopics.TransactionState, await CoordinatorPartitionAsync(InternalTopics.TransactionState, transactionalId).ConfigureAwait(false));

    /// <summary>Lets a node coordinate a consumer group, and with it all that share its partition of <c>__consumer_offsets</c>.</summary>
    /// <exception cref="ArgumentException">The node is not up.</exception>
    public async Task MoveGroupCoordinatorAsync(string group, int node) =>
        await MoveLeaderAsync(InternalTopics.ConsumerOffsets, await CoordinatorPartitionAsync(InternalTopics.ConsumerOffsets, group).ConfigureAwait(false), node).ConfigureAwait(false);

    /// <summary>Lets a node coordinate the transactions of a transactional id, and with it all that share its partition of <c>__transaction_state</c>.</summary>
    /// <exception cref="ArgumentException">The node is not up.</exception>
    public async Task MoveTransactionCoordinatorAsync(string transactionalId, int node) =>
        await MoveLeaderAsync(InternalTopics.TransactionState, await CoordinatorPartitionAsync(InternalTopics.TransactionState, transactionalId).ConfigureAwait(false), node).ConfigureAwait(false);

    /// <summary>Moves the coordinators of all groups and transactional ids to other nodes; the same ones for the same seed.</summary>
    public Task RehashCoordinatorsAsync(int seed = 0) => ShuffleAsync(static topic => topic is InternalTopics.ConsumerOffsets or InternalTopics.TransactionState, seed);

    Broker Broker => host.Broker;

    BrokerNodes Nodes => Broker.Nodes;

    async Task ShuffleAsync(Func<string, bool> isMeant, int seed)
    {
        var random = new Random(seed);
        List<(string, int, int)> moves = [];
        foreach (var topic in Broker.Cluster.Image.TopicsByName.Values.Where(topic => isMeant(topic.Name)).OrderBy(topic => topic.Name, StringComparer.Ordinal))
        {
            foreach (var partition in topic.Partitions.Values)
            {
                if (OthersOf(topic, partition) is { Count: > 0 } others)
                    moves.Add((topic.Name, partition.PartitionId, others[random.Next(others.Count)]));
            }
        }
        await MoveAsync(moves).ConfigureAwait(false);
    }

    /// <summary>Internal topics have often one replica, and move to any node.</summary>
    List<int> OthersOf(TopicImage topic, PartitionRegistration partition) =>
        [.. (topic.IsInternal && partition.Replicas.Length == 1 ? Broker.Cluster.NodeIds : partition.Isr).Where(id => id != partition.Leader && Broker.Cluster.FindNode(id) is not null)];

    async Task MoveAsync(IReadOnlyList<(string Topic, int Partition, int Node)> moves)
    {
        foreach (var error in await new ReplicationControl(Broker.Cluster).MoveLeadersAsync(moves).ConfigureAwait(false))
            ThrowIfFailed(error);
    }

    async Task<int> CoordinatorPartitionAsync(string topic, string key)
    {
        var error = await Broker.Controller.EnsureTopicAsync(topic).ConfigureAwait(false);
        return error == ErrorCode.None
            ? CoordinatorKey.PartitionFor(key, Broker.Cluster.Image.FindTopic(topic)!.Partitions.Count)
            : throw new InvalidOperationException($"{topic} cannot be created: {error}");
    }

    PartitionRegistration PartitionOf(string topic, int partition) =>
        Broker.Cluster.Image.FindTopic(topic)?.Partitions.GetValueOrDefault(partition) ?? throw new ArgumentException($"There is no partition {new TopicPartition(topic, partition)}", nameof(partition));

    static void ThrowIfFailed(ApiError error)
    {
        if (!error.IsNone)
            throw new ArgumentException(error.Message ?? $"{error.Code}");
    }
}
