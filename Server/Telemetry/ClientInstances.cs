using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Telemetry;

/// <summary>The client instances that a broker remembers, at most so many: the one unused for the longest time goes first. Not safe for several threads.</summary>
sealed class ClientInstances(int capacity)
{
    readonly Dictionary<Uuid, LinkedListNode<ClientInstance>> byId = [];
    readonly LinkedList<ClientInstance> byUse = new();

    public int Count => byId.Count;

    public ClientInstance? Find(Uuid id) => byId.GetValueOrDefault(id)?.Value;

    /// <summary>Notes that an instance is used, and lets it in, in place of the one with its id.</summary>
    public void Use(ClientInstance instance, TimeSpan now)
    {
        if (Find(instance.Metadata.ClientInstanceId) is { } known)
            Remove(known, known == instance);
        else if (byId.Count >= capacity)
            Remove(byUse.First!.Value, isKept: false);
        instance.LastUsed = now;
        byId.Add(instance.Metadata.ClientInstanceId, byUse.AddLast(instance));
    }

    /// <summary>Gives an instance up, if another has not taken its place.</summary>
    public void Remove(ClientInstance instance)
    {
        if (Find(instance.Metadata.ClientInstanceId) == instance)
            Remove(instance, isKept: false);
    }

    public void Expire(TimeSpan now)
    {
        foreach (var instance in byUse.Where(instance => instance.IsExpired(now)).ToList())
            Remove(instance, isKept: false);
    }

    void Remove(ClientInstance instance, bool isKept)
    {
        byId.Remove(instance.Metadata.ClientInstanceId, out var node);
        byUse.Remove(node!);
        if (!isKept)
            instance.OnClosed.Unregister();
    }
}
