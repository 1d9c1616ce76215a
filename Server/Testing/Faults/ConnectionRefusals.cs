using System.Collections.Immutable;

namespace NettyKafka.Testing.Faults;

/// <summary>Which nodes take no connections.</summary>
sealed class ConnectionRefusals
{
    ImmutableHashSet<int> nodes = [];
    volatile bool isEverywhere;

    public bool Accepts(int nodeId) => !isEverywhere && !nodes.Contains(nodeId);

    public void Refuse(int? nodeId)
    {
        if (nodeId is { } id)
            ImmutableInterlocked.Update(ref nodes, static (set, refused) => set.Add(refused), id);
        else
            isEverywhere = true;
    }

    public void Accept(int? nodeId)
    {
        if (nodeId is { } id)
        {
            ImmutableInterlocked.Update(ref nodes, static (set, accepted) => set.Remove(accepted), id);
            return;
        }
        isEverywhere = false;
        ImmutableInterlocked.Update(ref nodes, static set => set.Clear());
    }
}
