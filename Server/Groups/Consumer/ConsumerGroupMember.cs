using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>A member of a consumer group: what it asked for, and where it stands. It is never changed, only replaced.</summary>
sealed record ConsumerGroupMember(string MemberId)
{
    /// <summary>The epoch of a request that joins, and of a member that has just been made.</summary>
    public const int JoinEpoch = 0;

    /// <summary>The epoch of a request that leaves.</summary>
    public const int LeaveEpoch = -1;

    /// <summary>The epoch of a static member that left and means to come back: it keeps its partitions.</summary>
    public const int StaticLeaveEpoch = -2;

    public int MemberEpoch { get; init; }

    public int PreviousMemberEpoch { get; init; }

    public MemberState State { get; init; }

    public string? InstanceId { get; init; }

    public string? RackId { get; init; }

    public string ClientId { get; init; } = "";

    public string ClientHost { get; init; } = "";

    public int RebalanceTimeoutMs { get; init; } = -1;

    public TopicNames SubscribedTopicNames { get; init; } = TopicNames.Empty;

    /// <summary>Empty where there is none.</summary>
    public string SubscribedTopicRegex { get; init; } = "";

    public string? ServerAssignor { get; init; }

    public Assignment Assigned { get; init; } = Assignment.Empty;

    public Assignment PendingRevocation { get; init; } = Assignment.Empty;

    /// <summary>Null for a member that speaks the consumer protocol.</summary>
    public ClassicMemberMetadata? Classic { get; init; }

    public bool HasRegex => SubscribedTopicRegex.Length > 0;

    public bool IsReconciledTo(int epoch) => State == MemberState.Stable && MemberEpoch == epoch;

    public ConsumerGroupMember With(ConsumerGroupMemberMetadataValue value) => this with
    {
        InstanceId = value.InstanceId,
        RackId = value.RackId,
        ClientId = value.ClientId,
        ClientHost = value.ClientHost,
        RebalanceTimeoutMs = value.RebalanceTimeoutMs,
        SubscribedTopicNames = TopicNames.Of(value.SubscribedTopicNames),
        SubscribedTopicRegex = value.SubscribedTopicRegex ?? "",
        ServerAssignor = value.ServerAssignor,
        Classic = value.ClassicMemberMetadata is { } classic ? ClassicMemberMetadata.Of(classic) : null,
    };

    public ConsumerGroupMember With(ConsumerGroupCurrentMemberAssignmentValue value) => this with
    {
        MemberEpoch = value.MemberEpoch,
        PreviousMemberEpoch = value.PreviousMemberEpoch,
        State = Enum.IsDefined((MemberState)value.State) ? (MemberState)value.State : MemberState.Unknown,
        Assigned = ConsumerGroupRecords.AssignmentOf(value.AssignedPartitions),
        PendingRevocation = ConsumerGroupRecords.AssignmentOf(value.PartitionsPendingRevocation),
    };

    /// <summary>Nothing is known of it any more but what it asked for.</summary>
    public ConsumerGroupMember WithoutAssignment() => this with
    {
        MemberEpoch = LeaveEpoch,
        PreviousMemberEpoch = LeaveEpoch,
        State = MemberState.Stable,
        Assigned = Assignment.Empty,
        PendingRevocation = Assignment.Empty,
    };

    /// <summary>
    /// The step to an epoch, be it the same: only the one before the step is still accepted, as its answer may have been lost; a request of an older one comes too late.
    /// </summary>
    public ConsumerGroupMember AtEpoch(int epoch) => this with { MemberEpoch = epoch, PreviousMemberEpoch = MemberEpoch };
}
