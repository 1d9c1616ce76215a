namespace NettyKafka.Http.Commands;

/// <summary>Names a node by its id.</summary>
sealed record NodeRequest(int Node);

/// <summary>Names a node, or none.</summary>
sealed record OptionalNodeRequest(int? Node = null);

/// <summary>A node to kill; without elects nobody notices.</summary>
sealed record KillNodeRequest(int Node, bool Elects = true);

/// <summary>A node to add.</summary>
sealed record AddNodeRequest(string? Rack = null);

/// <summary>Names a partition.</summary>
sealed record PartitionRequest(string Topic, int Partition = 0);

/// <summary>Names a partition and a node.</summary>
sealed record PartitionNodeRequest(string Topic, int Partition, int Node);

/// <summary>Names a partition, and a node or none.</summary>
sealed record PreferredReadReplicaRequest(string Topic, int Partition, int? Node = null);

/// <summary>Names a partition and all nodes that are to hold it, the preferred leader first.</summary>
sealed record ReplicasRequest(string Topic, int Partition, IReadOnlyList<int> Nodes);

/// <summary>Names a consumer group and a node.</summary>
sealed record GroupNodeRequest(string Group, int Node);

/// <summary>Names a transactional id and a node.</summary>
sealed record TransactionalIdNodeRequest(string TransactionalId, int Node);

/// <summary>What makes chance the same every time.</summary>
sealed record SeedRequest(int Seed = 0);
