namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>Computes the target assignment of a consumer group. It has no state: the same group gets the same answer, whatever order its members come in.</summary>
interface IPartitionAssignor
{
    /// <summary>The name members and <c>group.consumer.assignors</c> choose it by.</summary>
    string Name { get; }

    /// <summary>The target assignment of every member by its id. A member that keeps what it has gets the object it came with.</summary>
    IReadOnlyDictionary<string, Assignment> Assign(GroupSpec group);
}
