using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>A group of the classic protocol; without members it only keeps offsets.</summary>
public sealed class ClassicGroup(string groupId) : Group(groupId)
{
    readonly Dictionary<string, CoordinatorTimer> pendingJoins = new(StringComparer.Ordinal);
    string protocolType = "";
    HashSet<string>? subscribedTopics;

    public override GroupType Type => GroupType.Classic;

    public override string ProtocolType => protocolType;

    public override string StateName => State.ToString();

    public override bool IsEmpty => State == ClassicGroupState.Empty;

    public ClassicGroupState State { get; private set; }

    public int Generation { get; private set; }

    /// <summary>The protocol that the members of this generation follow; null without members.</summary>
    public string? ProtocolName { get; private set; }

    public string? LeaderId { get; private set; }

    public ClassicMembers Members { get; } = new();

    /// <summary>It keeps offsets of somebody who has never joined.</summary>
    public bool IsSimple => protocolType.Length == 0 && IsEmpty && pendingJoins.Count == 0;

    public bool UsesConsumerProtocol => protocolType == ConsumerSubscriptions.ProtocolType;

    internal ClassicGroupState PreviousState { get; private set; } = ClassicGroupState.Dead;

    /// <summary>Since when it has been in its state, in milliseconds since 1970; null where an old record does not say it.</summary>
    internal long? StateTimestampMs { get; private set; }

    /// <summary>The first rebalance of a group that was empty: it waits for more than who is there.</summary>
    internal bool IsInitialRebalance => State == ClassicGroupState.PreparingRebalance && PreviousState == ClassicGroupState.Empty;

    internal InitialRebalanceDelay InitialDelay { get; set; }

    internal CoordinatorTimer? JoinTimer { get; set; }

    internal CoordinatorTimer? SyncTimer { get; set; }

    internal bool HasAllMembersJoined => Members.Count == Members.AwaitingJoinCount && pendingJoins.Count == 0;

    public override void CheckOffsetCommit(string memberId, string? groupInstanceId, int generationIdOrMemberEpoch, bool isTransactional, short apiVersion)
    {
        if (State == ClassicGroupState.Dead)
            throw new CoordinatorException(ErrorCode.CoordinatorNotAvailable);
        if (generationIdOrMemberEpoch < 0 && IsEmpty)
            return;
        if (generationIdOrMemberEpoch >= 0 || memberId.Length > 0 || groupInstanceId is not null)
            CheckGeneration(memberId, groupInstanceId, generationIdOrMemberEpoch);
        else if (!isTransactional && !IsEmpty)
            throw new CoordinatorException(ErrorCode.UnknownMemberId);

        // The leader may be assigning what this commit is for; transactions are not bound to that.
        if (!isTransactional && State == ClassicGroupState.CompletingRebalance)
            throw new CoordinatorException(ErrorCode.RebalanceInProgress);
    }

    public override void OnOffsetCommit(string memberId)
    {
        if (State is ClassicGroupState.Stable or ClassicGroupState.PreparingRebalance && Members.Find(memberId) is { } member)
            member.Session?.Schedule(member.SessionTimeoutMs);
    }

    public override void CheckOffsetFetch(string? memberId, int memberEpoch) => CheckAlive();

    public override void CheckOffsetDelete()
    {
        CheckAlive();
        if (!IsEmpty && !UsesConsumerProtocol)
            throw new CoordinatorException(ErrorCode.NonEmptyGroup);
    }

    public override void CheckDelete()
    {
        CheckAlive();
        if (!IsEmpty)
            throw new CoordinatorException(ErrorCode.NonEmptyGroup);
    }

    public override bool IsSubscribedTo(string topic) => subscribedTopics?.Contains(topic) ?? UsesConsumerProtocol;

    public override long? ExpiresFrom(string topic, long commitTimestamp)
    {
        if (protocolType.Length == 0)
            return commitTimestamp;
        if (IsEmpty)
            return StateTimestampMs ?? commitTimestamp;
        return State == ClassicGroupState.Stable && UsesConsumerProtocol && !IsSubscribedTo(topic) ? commitTimestamp : null;
    }

    public override void AppendTombstones(CoordinatorContext context) => context.Append(ClassicGroupRecords.Tombstone(GroupId));

    /// <summary>What is wrong with a request that names itself as a member; NONE if nothing is.</summary>
    internal ErrorCode CheckMember(string memberId, string? groupInstanceId)
    {
        if (groupInstanceId is not null)
        {
            if (Members.FindStatic(groupInstanceId) is not { } current)
                return ErrorCode.UnknownMemberId;
            if (current.MemberId != memberId)
                return ErrorCode.FencedInstanceId;
        }

        return Members.Find(memberId) is null ? ErrorCode.UnknownMemberId : ErrorCode.None;
    }

    /// <summary>Whether a member with these protocols may be in the group.</summary>
    internal bool CanFollow(string memberProtocolType, IReadOnlyList<ClassicProtocol> protocols) => IsEmpty
        ? memberProtocolType.Length > 0 && protocols.Count > 0
        : memberProtocolType == protocolType && Members.CanFollow(protocols);

    internal void Add(ClassicGroupMember member, string memberProtocolType)
    {
        if (Members.Count == 0)
            protocolType = memberProtocolType;
        if (protocolType != memberProtocolType)
            throw new InvalidOperationException($"A member of type {memberProtocolType} cannot be in group {GroupId} of type {protocolType}");
        RemovePendingJoin(member.MemberId);
        Members.Add(member);
        LeaderId ??= member.MemberId;
    }

    internal void Remove(ClassicGroupMember member)
    {
        Members.Remove(member);
        if (LeaderId == member.MemberId)
            LeaderId = Members.All.FirstOrDefault()?.MemberId;
    }

    /// <summary>Puts a member in the place of another, whose requests have been answered.</summary>
    internal void Replace(ClassicGroupMember member, ClassicGroupMember replacement)
    {
        Members.Remove(member);
        Members.Add(replacement);
        if (LeaderId == member.MemberId)
            LeaderId = replacement.MemberId;
    }

    internal bool IsPendingJoin(string memberId) => pendingJoins.ContainsKey(memberId);

    internal void AddPendingJoin(string memberId, CoordinatorTimer session) => pendingJoins.Add(memberId, session);

    internal bool RemovePendingJoin(string memberId)
    {
        if (!pendingJoins.Remove(memberId, out var session))
            return false;
        session.Cancel();
        return true;
    }

    /// <summary>Makes sure that the leader is one who has joined; false when nobody has.</summary>
    internal bool TryElectJoinedLeader()
    {
        if (LeaderId is null)
            return false;
        if (Members.Find(LeaderId)?.AwaitingJoin is not null)
            return true;
        if (Members.All.FirstOrDefault(member => member.AwaitingJoin is not null) is not { } joined)
            return false;
        LeaderId = joined.MemberId;
        return true;
    }

    /// <summary>A member has asked for its assignment; once all have nobody is waited for.</summary>
    internal void EndPendingSync(ClassicGroupMember member)
    {
        Members.SetPendingSync(member, false);
        if (Members.PendingSyncCount == 0)
            SyncTimer?.Cancel();
    }

    internal void EndPendingSyncs()
    {
        SyncTimer?.Cancel();
        if (Members.PendingSyncCount == 0)
            return;
        foreach (var member in Members.All)
            Members.SetPendingSync(member, false);
    }

    /// <summary>Begins the next generation with the members that are there.</summary>
    internal void BeginGeneration(long nowMs)
    {
        Generation++;
        ProtocolName = Members.SelectProtocol();
        subscribedTopics = ComputeSubscribedTopics();
        TransitionTo(ClassicGroupState.CompletingRebalance, nowMs);
    }

    internal void TransitionTo(ClassicGroupState next, long? nowMs)
    {
        if (!State.CanBecome(next))
            throw new InvalidOperationException($"Group {GroupId} cannot become {next} from {State}");
        PreviousState = State;
        State = next;
        StateTimestampMs = nowMs;
    }

    /// <summary>Takes over what a record of this group says; the members are those that it has.</summary>
    internal void Apply(GroupMetadataValue value)
    {
        foreach (var written in value.Members)
        {
            if (Members.Find(written.MemberId) is { } member)
                member.Assignment = written.Assignment;
        }

        Generation = value.Generation;
        ProtocolName = value.Protocol;
        LeaderId = value.Leader ?? Members.All.FirstOrDefault()?.MemberId;
        protocolType = value.ProtocolType;
        subscribedTopics = ComputeSubscribedTopics();
        var next = Members.Count == 0 ? ClassicGroupState.Empty : ClassicGroupState.Stable;
        if (next != State)
            TransitionTo(next, ClassicGroupRecords.TimestampOf(value));
    }

    /// <summary>A group that is stable with members whose protocol was another until now; what each is assigned is set by who knows it.</summary>
    public static ClassicGroup Stable(string groupId, int generation, string protocolType, IEnumerable<ClassicGroupMember> members, long nowMs)
    {
        var group = new ClassicGroup(groupId) { State = ClassicGroupState.Stable, StateTimestampMs = nowMs, Generation = generation };
        foreach (var member in members)
            group.Add(member, protocolType);
        group.ProtocolName = group.Members.SelectProtocol();
        group.subscribedTopics = group.ComputeSubscribedTopics();
        return group;
    }

    /// <summary>Begins as a record says, which has everything.</summary>
    internal static ClassicGroup Load(string groupId, GroupMetadataValue value)
    {
        var group = new ClassicGroup(groupId);
        foreach (var member in ClassicGroupRecords.MembersOf(value))
            group.Add(member, value.ProtocolType);
        group.State = value.Members.Count == 0 ? ClassicGroupState.Empty : ClassicGroupState.Stable;
        group.StateTimestampMs = ClassicGroupRecords.TimestampOf(value);
        group.Apply(value);
        return group;
    }

    /// <summary>The group is gone from the table: nothing of it may run any more.</summary>
    internal void Die(long nowMs)
    {
        JoinTimer?.Cancel();
        SyncTimer?.Cancel();
        foreach (var session in pendingJoins.Values)
            session.Cancel();
        foreach (var member in Members.All)
            member.Session?.Cancel();
        TransitionTo(ClassicGroupState.Dead, nowMs);
    }

    HashSet<string>? ComputeSubscribedTopics() =>
        UsesConsumerProtocol ? ConsumerSubscriptions.TopicsOf(Members.All.Select(member => member.MetadataOf(ProtocolName))) : null;

    void CheckGeneration(string memberId, string? groupInstanceId, int generation)
    {
        var error = CheckMember(memberId, groupInstanceId);
        if (error == ErrorCode.None && generation != Generation)
            error = ErrorCode.IllegalGeneration;
        if (error != ErrorCode.None)
            throw new CoordinatorException(error);
    }

    void CheckAlive()
    {
        if (State == ClassicGroupState.Dead)
            throw new CoordinatorException(ErrorCode.GroupIdNotFound, $"Group {GroupId} is in dead state.");
    }
}
