using System.Runtime.InteropServices;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>How many members of a consumer group still speak the classic protocol, and how many of them support each of its protocols.</summary>
sealed class ClassicProtocols
{
    readonly Dictionary<string, int> supported = new(StringComparer.Ordinal);

    /// <summary>The members that speak the classic protocol.</summary>
    public int Members { get; private set; }

    public bool IsSupportedByAll(string name) => supported.GetValueOrDefault(name) == Members;

    public void Add(ConsumerGroupMember member)
    {
        if (member.Classic is not { } classic)
            return;
        Members++;
        foreach (var protocol in classic.Protocols)
            CollectionsMarshal.GetValueRefOrAddDefault(supported, protocol.Name, out _)++;
    }

    public void Remove(ConsumerGroupMember member)
    {
        if (member.Classic is not { } classic)
            return;
        Members--;
        foreach (var protocol in classic.Protocols)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(supported, protocol.Name) == 0)
                supported.Remove(protocol.Name);
        }
    }
}
