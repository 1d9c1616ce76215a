namespace NettyKafka.Server.Groups.Classic;

/// <summary>How many members follow each protocol: which ones all of them do is known without asking anyone.</summary>
sealed class ProtocolVotes
{
    readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    public void Add(IReadOnlyList<ClassicProtocol> protocols)
    {
        foreach (var protocol in protocols)
            counts[protocol.Name] = CountOf(protocol.Name) + 1;
    }

    public void Remove(IReadOnlyList<ClassicProtocol> protocols)
    {
        foreach (var protocol in protocols)
        {
            if (--counts[protocol.Name] == 0)
                counts.Remove(protocol.Name);
        }
    }

    public bool IsOfAll(string name, int memberCount) => CountOf(name) == memberCount;

    int CountOf(string name) => counts.GetValueOrDefault(name);
}
