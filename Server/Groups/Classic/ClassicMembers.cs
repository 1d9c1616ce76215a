using NettyKafka.Codec.Messages;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>The members of one classic group, and counts of them, so that a change of one costs nothing for the others.</summary>
public sealed class ClassicMembers
{
    readonly Dictionary<string, ClassicGroupMember> byId = new(StringComparer.Ordinal);
    readonly Dictionary<string, ClassicGroupMember> byInstanceId = new(StringComparer.Ordinal);
    readonly ProtocolVotes votes = new();

    public IReadOnlyCollection<ClassicGroupMember> All => byId.Values;

    public int Count => byId.Count;

    /// <summary>The longest that a member wants to be waited for.</summary>
    public int RebalanceTimeoutMs => Count == 0 ? 0 : Math.Max(0, byId.Values.Max(member => member.RebalanceTimeoutMs));

    internal int AwaitingJoinCount { get; private set; }

    internal int PendingSyncCount { get; private set; }

    internal int StaticCount => byInstanceId.Count;

    public ClassicGroupMember? Find(string memberId) => byId.GetValueOrDefault(memberId);

    public ClassicGroupMember? FindStatic(string groupInstanceId) => byInstanceId.GetValueOrDefault(groupInstanceId);

    /// <summary>Whether a member that follows these can be one of them.</summary>
    internal bool CanFollow(IReadOnlyList<ClassicProtocol> protocols) => protocols.Any(protocol => votes.IsOfAll(protocol.Name, Count));

    /// <summary>Of the protocols that all follow, the one that most like best.</summary>
    internal string SelectProtocol() => byId.Values
        .CountBy(member => member.Protocols.First(protocol => votes.IsOfAll(protocol.Name, Count)).Name)
        .MaxBy(vote => vote.Value)
        .Key;

    internal void Add(ClassicGroupMember member)
    {
        byId.Add(member.MemberId, member);
        if (member.GroupInstanceId is { } instanceId)
            byInstanceId[instanceId] = member;
        votes.Add(member.Protocols);
        AwaitingJoinCount += member.AwaitingJoin is null ? 0 : 1;
        PendingSyncCount += member.IsPendingSync ? 1 : 0;
    }

    /// <summary>Removes one whose waiting requests have been answered.</summary>
    internal void Remove(ClassicGroupMember member)
    {
        byId.Remove(member.MemberId);
        if (member.GroupInstanceId is { } instanceId && byInstanceId.GetValueOrDefault(instanceId) == member)
            byInstanceId.Remove(instanceId);
        votes.Remove(member.Protocols);
        SetAwaitingJoin(member, null);
        SetPendingSync(member, false);
        member.Session?.Cancel();
    }

    internal void SetProtocols(ClassicGroupMember member, IReadOnlyList<ClassicProtocol> protocols)
    {
        votes.Remove(member.Protocols);
        member.Protocols = protocols;
        votes.Add(protocols);
    }

    internal void SetAwaitingJoin(ClassicGroupMember member, PendingReply<JoinGroupResponse>? reply)
    {
        AwaitingJoinCount += (reply is null ? 0 : 1) - (member.AwaitingJoin is null ? 0 : 1);
        member.AwaitingJoin = reply;
    }

    internal void SetPendingSync(ClassicGroupMember member, bool isPending)
    {
        PendingSyncCount += (isPending ? 1 : 0) - (member.IsPendingSync ? 1 : 0);
        member.IsPendingSync = isPending;
    }
}
