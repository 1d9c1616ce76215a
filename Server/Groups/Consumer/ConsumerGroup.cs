using System.Runtime.InteropServices;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// A group of the consumer protocol (KIP-848). The group's epoch counts the changes of its members, their subscriptions and the topics; the target assignment is
/// computed for an epoch, and each member is brought to it at its own pace. Changed only by replaying records.
/// </summary>
public sealed class ConsumerGroup(string groupId) : Group(groupId)
{
    const short FirstVersionWithMemberEpochs = 9;

    readonly Dictionary<string, ConsumerGroupMember> members = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> staticMembers = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> serverAssignors = new(StringComparer.Ordinal);

    public override GroupType Type => GroupType.Consumer;

    public override string ProtocolType => ConsumerProtocol.Type;

    public override string StateName => this switch
    {
        { IsEmpty: true } => "Empty",
        _ when GroupEpoch > Target.Epoch => "Assigning",
        _ when members.Values.Any(member => !member.IsReconciledTo(Target.Epoch)) => "Reconciling",
        _ => "Stable",
    };

    public override bool IsEmpty => members.Count == 0;

    internal IReadOnlyDictionary<string, ConsumerGroupMember> Members => members;

    internal int GroupEpoch { get; set; }

    /// <summary>Of the subscribed topics as they were when the group's epoch was raised last.</summary>
    internal long MetadataHash { get; set; }

    /// <summary>Whether the log has a record of the subscribed topics' metadata, as older versions of Kafka wrote it.</summary>
    internal bool HasPartitionMetadata { get; set; }

    internal GroupSubscription Subscription { get; } = new();

    internal TargetAssignment Target { get; } = new();

    internal CurrentOwners Owners { get; } = new();

    internal ClassicProtocols ClassicProtocols { get; } = new();

    /// <summary>The members' timers; not in the log.</summary>
    internal Dictionary<string, MemberTimers> Timers { get; } = new(StringComparer.Ordinal);

    /// <summary>The regular expressions that could not be resolved, or not again, and why; not in the log.</summary>
    internal Dictionary<string, string> UnresolvedRegexes { get; } = new(StringComparer.Ordinal);

    /// <summary>The cluster's topics that the regular expressions were matched against last; not in the log.</summary>
    internal object? RegexTopics { get; set; }

    /// <summary>What the last member with an expression may describe, which is what expressions match; null before there was one, not in the log.</summary>
    internal Func<string, bool>? MayDescribe { get; set; }

    /// <summary>Whether regular expressions are being matched elsewhere; not in the log.</summary>
    internal bool IsResolvingRegexes { get; set; }

    /// <summary>The version of the cluster's topics that <see cref="MetadataHash"/> was last compared with; not in the log.</summary>
    internal long MetadataVersion { get; set; } = -1;

    /// <summary>The assignor that most members ask for; null when none asks for any.</summary>
    internal string? PreferredAssignor => serverAssignors.Count == 0 ? null : serverAssignors.MaxBy(assignor => assignor.Value).Key;

    internal ConsumerGroupMember? Find(string memberId) => members.GetValueOrDefault(memberId);

    internal ConsumerGroupMember? FindStatic(string instanceId) => staticMembers.TryGetValue(instanceId, out var memberId) ? Find(memberId) : null;

    internal ConsumerGroupMember Get(string memberId) => Find(memberId) ?? throw new CoordinatorException(ErrorCode.UnknownMemberId, $"Member {memberId} is not a member of group {GroupId}.");

    internal void Update(ConsumerGroupMember member)
    {
        Forget(member.MemberId);
        member = member with { SubscribedTopicNames = Subscription.Share(member) };
        members[member.MemberId] = member;
        if (member.InstanceId is not null)
            staticMembers[member.InstanceId] = member.MemberId;
        if (member.ServerAssignor is not null)
            CollectionsMarshal.GetValueRefOrAddDefault(serverAssignors, member.ServerAssignor, out _)++;
        Subscription.Add(member);
        Owners.Add(member);
        ClassicProtocols.Add(member);
    }

    internal void Remove(string memberId)
    {
        Forget(memberId);
        members.Remove(memberId);
        if (Timers.Remove(memberId, out var timers))
            timers.Cancel();
    }

    public override void CheckOffsetCommit(string memberId, string? groupInstanceId, int generationIdOrMemberEpoch, bool isTransactional, short apiVersion)
    {
        if (generationIdOrMemberEpoch < 0 && IsEmpty)
            return;
        // Transactional commits of old clients do not say who they are.
        if (isTransactional && generationIdOrMemberEpoch == -1 && memberId.Length == 0 && groupInstanceId is null)
            return;
        var member = Get(memberId);
        if (!isTransactional && member.Classic is null && apiVersion < FirstVersionWithMemberEpochs)
            throw new CoordinatorException(ErrorCode.UnsupportedVersion, $"OffsetCommit version {FirstVersionWithMemberEpochs} or above must be used by members using the modern group protocol");
        CheckEpoch(member, generationIdOrMemberEpoch);
    }

    public override void CheckOffsetFetch(string? memberId, int memberEpoch)
    {
        if (memberId is null && memberEpoch < 0)
            return;
        CheckEpoch(Get(memberId ?? ""), memberEpoch);
    }

    public override void CheckOffsetDelete()
    {
    }

    public override void CheckDelete()
    {
        if (!IsEmpty)
            throw new CoordinatorException(ErrorCode.NonEmptyGroup);
    }

    public override bool IsSubscribedTo(string topic) => Subscription.Contains(topic);

    public override long? ExpiresFrom(string topic, long commitTimestamp) => IsSubscribedTo(topic) ? null : commitTimestamp;

    public override void AppendTombstones(CoordinatorContext context)
    {
        string[] memberIds = [.. members.Keys];
        foreach (var memberId in memberIds)
            context.Append(ConsumerGroupRecords.CurrentTombstone(GroupId, memberId));
        foreach (var memberId in memberIds)
            context.Append(ConsumerGroupRecords.TargetTombstone(GroupId, memberId));
        context.Append(ConsumerGroupRecords.TargetEpochTombstone(GroupId));
        foreach (var memberId in memberIds)
            context.Append(ConsumerGroupRecords.MemberTombstone(GroupId, memberId));
        foreach (var regex in Subscription.ResolvedRegexes.ToArray())
            context.Append(ConsumerGroupRecords.RegularExpressionTombstone(GroupId, regex));
        if (HasPartitionMetadata)
            context.Append(ConsumerGroupRecords.PartitionMetadataTombstone(GroupId));
        context.Append(ConsumerGroupRecords.EpochTombstone(GroupId));
    }

    static void CheckEpoch(ConsumerGroupMember member, int epoch)
    {
        if (epoch == member.MemberEpoch)
            return;
        throw member.Classic is null
            ? new CoordinatorException(ErrorCode.StaleMemberEpoch, $"The received member epoch {epoch} does not match the expected member epoch {member.MemberEpoch}.")
            : new CoordinatorException(ErrorCode.IllegalGeneration, $"The received generation id {epoch} does not match the expected member epoch {member.MemberEpoch}.");
    }

    /// <summary>Takes out of all counts what is known of a member.</summary>
    void Forget(string memberId)
    {
        if (Find(memberId) is not { } member)
            return;
        if (member.InstanceId is not null && staticMembers.GetValueOrDefault(member.InstanceId) == memberId)
            staticMembers.Remove(member.InstanceId);
        if (member.ServerAssignor is not null && --CollectionsMarshal.GetValueRefOrNullRef(serverAssignors, member.ServerAssignor) == 0)
            serverAssignors.Remove(member.ServerAssignor);
        Subscription.Remove(member);
        Owners.Remove(member);
        ClassicProtocols.Remove(member);
    }
}
