using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Consumer.Assignors;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// What follows from a change: the member's record, the group's next epoch, a target assignment for that epoch, and the member's next step towards it. Where
/// nothing has changed nothing is appended.
/// </summary>
sealed class Rebalance(GroupTable groups, CoordinatorContext context, ConsumerGroupSettings settings, RegularExpressions regexes, ConsumerGroupTimers timers)
{
    /// <summary>Raised whenever the cluster's topics change: each group looks at them again with its next heartbeat.</summary>
    public long MetadataVersion { get; set; }

    /// <summary>Brings a member, and its group if need be, to what its request says; answers the member as it is then.</summary>
    /// <param name="groupId">Its group, which the first member makes.</param>
    /// <param name="before">The member as it was; null when it is new.</param>
    /// <param name="after">With what the request says.</param>
    /// <param name="owned">What the member says that it has; null when it does not say.</param>
    /// <param name="client">Who asks.</param>
    public ConsumerGroupMember Update(string groupId, ConsumerGroupMember? before, ConsumerGroupMember after, Assignment? owned, GroupClient client)
    {
        if (after != before)
            context.Append(ConsumerGroupRecords.Member(groupId, after));
        var group = groups.TryFind<ConsumerGroup>(groupId, out var found) ? found : throw new InvalidOperationException($"{groupId} has lost its group");
        var isChanged = before is null || !after.SubscribedTopicNames.Equals(before.SubscribedTopicNames);
        isChanged |= regexes.Update(group, before?.SubscribedTopicRegex ?? "", after.SubscribedTopicRegex, client);
        UpdateEpoch(group, isChanged);
        if (group.GroupEpoch > group.Target.Epoch)
            UpdateTarget(group);
        return Reconcile(group, group.Get(after.MemberId), owned);
    }

    /// <summary>Raises the group's epoch.</summary>
    public void Bump(ConsumerGroup group) => Bump(group, SubscribedTopicsOf(group).Hash());

    void Bump(ConsumerGroup group, long metadataHash)
    {
        if (group.HasPartitionMetadata)
            context.Append(ConsumerGroupRecords.PartitionMetadataTombstone(group.GroupId));
        context.Append(ConsumerGroupRecords.Epoch(group.GroupId, group.GroupEpoch + 1, metadataHash));
        context.Logger.LogInformation("[GroupId {Group}] Bumped group epoch to {Epoch}", group.GroupId, group.GroupEpoch);
    }

    void UpdateEpoch(ConsumerGroup group, bool isChanged)
    {
        if (!isChanged && group.MetadataVersion == MetadataVersion)
            return;
        regexes.Resolve(group);
        group.MetadataVersion = MetadataVersion;
        var hash = SubscribedTopicsOf(group).Hash();
        if (isChanged || hash != group.MetadataHash)
            Bump(group, hash);
    }

    void UpdateTarget(ConsumerGroup group)
    {
        var assignor = settings.Assignors.Get(group.PreferredAssignor);
        var targets = assignor.Assign(SpecOf(group));
        foreach (var memberId in group.Members.Keys)
        {
            var target = targets.GetValueOrDefault(memberId) ?? Assignment.Empty;
            if (!target.Equals(group.Target.Find(memberId)))
                context.Append(ConsumerGroupRecords.Target(group.GroupId, memberId, target));
        }

        context.Append(ConsumerGroupRecords.TargetEpoch(group.GroupId, group.GroupEpoch));
        context.Logger.LogInformation("[GroupId {Group}] Computed a new target assignment for epoch {Epoch} with '{Assignor}' assignor", group.GroupId, group.GroupEpoch, assignor.Name);
    }

    /// <summary>Members that subscribe alike share one set of topic ids.</summary>
    GroupSpec SpecOf(ConsumerGroup group)
    {
        var topicIds = new Dictionary<(TopicNames, string), IReadOnlySet<Uuid>>();
        var members = new List<MemberSubscription>(group.Members.Count);
        foreach (var member in group.Members.Values)
        {
            var kind = (member.SubscribedTopicNames, member.SubscribedTopicRegex);
            if (!topicIds.TryGetValue(kind, out var ids))
                topicIds[kind] = ids = new SubscribedTopics(group.Subscription.TopicsOf(kind.SubscribedTopicNames, kind.SubscribedTopicRegex), context.Image).PartitionCounts.Keys.ToHashSet();
            members.Add(new(member.MemberId, member.InstanceId, member.RackId, ids, group.Target.Of(member.MemberId)));
        }

        return new(members, SubscribedTopicsOf(group).PartitionCounts);
    }

    ConsumerGroupMember Reconcile(ConsumerGroup group, ConsumerGroupMember member, Assignment? owned)
    {
        if (member.IsReconciledTo(group.Target.Epoch))
            return member;
        var next = new Reconciliation(group).Next(member, owned);
        if (next == member)
            return member;
        context.Append(ConsumerGroupRecords.Current(group.GroupId, next));
        timers.UpdateRebalance(group, next);
        return next;
    }

    SubscribedTopics SubscribedTopicsOf(ConsumerGroup group) => new(group.Subscription.Topics, context.Image);
}
