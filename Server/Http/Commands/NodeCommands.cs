using System.Text.Json.Serialization.Metadata;
using NettyKafka.Testing;

namespace NettyKafka.Http.Commands;

/// <summary>Nodes, leaders and coordinators.</summary>
static class NodeCommands
{
    public static IEnumerable<ControlCommand> All { get; } =
    [
        new ControlCommand<AddNodeRequest, NodeRequest>("AddNode", "Adds a node on a free port, and answers its id", """{"rack": "a"}""", ControlJson.Web.AddNodeRequest, ControlJson.Web.NodeRequest, AddAsync),
        Of("RemoveNode", "Stops a node and forgets it", """{"node": 3}""", ControlJson.Web.NodeRequest, (nodes, request) => nodes.RemoveAsync(request.Node)),
        Of("StopNode", "Stops a node as a controlled shutdown does: others lead first", """{"node": 2}""", ControlJson.Web.NodeRequest, (nodes, request) => nodes.StopAsync(request.Node)),
        Of("KillNode", "Closes a node's port and connections at once; with elects false it still counts as leader", """{"node": 2, "elects": true}""", ControlJson.Web.KillNodeRequest, (nodes, request) => nodes.KillAsync(request.Node, request.Elects)),
        Of("StartNode", "Starts a node again, on the port it had", """{"node": 2}""", ControlJson.Web.NodeRequest, (nodes, request) => nodes.StartAsync(request.Node)),
        Of("MoveLeader", "Lets a node lead a partition", """{"topic": "orders", "partition": 0, "node": 2}""", ControlJson.Web.PartitionNodeRequest, (nodes, request) => nodes.MoveLeaderAsync(request.Topic, request.Partition, request.Node)),
        Of("ShuffleLeaders", "Gives every partition another leader where it has a replica for that", """{"seed": 1}""", ControlJson.Web.SeedRequest, (nodes, request) => nodes.ShuffleLeadersAsync(request.Seed)),
        Of("ElectPreferredLeaders", "Lets the first replica of every partition lead again", "{}", ControlJson.Web.NoArguments, (nodes, _) => nodes.ElectPreferredLeadersAsync()),
        Of("BumpLeaderEpoch", "Begins a new leader epoch with the same leader", """{"topic": "orders", "partition": 0}""", ControlJson.Web.PartitionRequest, (nodes, request) => nodes.BumpLeaderEpochAsync(request.Topic, request.Partition)),
        Of("SetReplicas", "Has a partition on certain nodes, the first its preferred leader", """{"topic": "orders", "partition": 0, "nodes": [1, 2]}""", ControlJson.Web.ReplicasRequest, (nodes, request) => nodes.SetReplicasAsync(request.Topic, request.Partition, request.Nodes)),
        Of("SetPreferredReadReplica", "Sends consumers of a partition to a follower; without a node to the one in their rack again", """{"topic": "orders", "partition": 0, "node": 2}""", ControlJson.Web.PreferredReadReplicaRequest, SetPreferredReadReplicaAsync),
        Of("MoveGroupCoordinator", "Lets a node coordinate a consumer group", """{"group": "readers", "node": 2}""", ControlJson.Web.GroupNodeRequest, (nodes, request) => nodes.MoveGroupCoordinatorAsync(request.Group, request.Node)),
        Of("MoveTransactionCoordinator", "Lets a node coordinate the transactions of a transactional id", """{"transactionalId": "t", "node": 2}""", ControlJson.Web.TransactionalIdNodeRequest, (nodes, request) => nodes.MoveTransactionCoordinatorAsync(request.TransactionalId, request.Node)),
        Of("RehashCoordinators", "Moves the coordinators of all groups and transactional ids", """{"seed": 1}""", ControlJson.Web.SeedRequest, (nodes, request) => nodes.RehashCoordinatorsAsync(request.Seed)),
    ];

    static ControlCommand Of<TRequest>(string name, string summary, string example, JsonTypeInfo<TRequest> request, Func<EmbeddedNodes, TRequest, Task> run)
        where TRequest : class => ControlCommand.Of(name, summary, example, request, (kafka, sent) => run(kafka.Nodes, sent));

    static async Task<NodeRequest> AddAsync(EmbeddedKafka kafka, AddNodeRequest request, CancellationToken cancellation) => new(await kafka.Nodes.AddAsync(request.Rack).ConfigureAwait(false));

    static Task SetPreferredReadReplicaAsync(EmbeddedNodes nodes, PreferredReadReplicaRequest request)
    {
        nodes.SetPreferredReadReplica(request.Topic, request.Partition, request.Node);
        return Task.CompletedTask;
    }
}
