namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>
/// Gives each member as many partitions as any other as far as subscriptions allow, and to that end moves as few of them as possible.
/// Balance comes before stickiness.
/// </summary>
sealed class UniformAssignor : IPartitionAssignor
{
    public string Name => "uniform";

    public IReadOnlyDictionary<string, Assignment> Assign(GroupSpec group)
    {
        if (group.Members.Count == 0)
            return new Dictionary<string, Assignment>();

        var owners = new PartitionOwners(group);
        if (group.IsHomogeneous)
            new HomogeneousBalance(owners).Reach();
        else
            new HeterogeneousBalance(owners).Reach();
        return owners.ToAssignments();
    }
}
