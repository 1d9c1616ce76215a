using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>What can be said against a ConsumerGroupHeartbeat without knowing its group.</summary>
static class HeartbeatValidation
{
    const short FirstVersionWithClientMemberIds = 1;
    const int NoTimeout = -1;

    /// <exception cref="CoordinatorException">The request is not valid.</exception>
    public static void Check(ConsumerGroupHeartbeatRequest request, short version, ServerAssignors assignors)
    {
        if (version >= FirstVersionWithClientMemberIds || request.MemberEpoch != ConsumerGroupMember.JoinEpoch)
            Require(request.MemberId.Length > 0, "MemberId can't be empty.");
        Require(request.GroupId.Length > 0, "GroupId can't be empty.");
        Require(request.InstanceId is not "", "InstanceId can't be empty.");
        Require(request.RackId is not "", "RackId can't be empty.");
        Require(request.MemberEpoch >= ConsumerGroupMember.StaticLeaveEpoch, "MemberEpoch is invalid.");
        if (request.MemberEpoch == ConsumerGroupMember.JoinEpoch)
            CheckJoin(request);
        if (request.MemberEpoch == ConsumerGroupMember.StaticLeaveEpoch)
            Require(request.InstanceId is not null, "InstanceId can't be null.");
        if (request.ServerAssignor is { } assignor && !assignors.Contains(assignor))
            throw new CoordinatorException(ErrorCode.UnsupportedAssignor, $"ServerAssignor {assignor} is not supported. Supported assignors: {string.Join(", ", assignors.Names)}.");
    }

    static void CheckJoin(ConsumerGroupHeartbeatRequest request)
    {
        Require(request.RebalanceTimeoutMs != NoTimeout, "RebalanceTimeoutMs must be provided in first request.");
        Require(request.TopicPartitions is { Count: 0 }, "TopicPartitions must be empty when (re-)joining.");
        Require(
            request.SubscribedTopicNames is not null || request.SubscribedTopicRegex is not null,
            "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.");
    }

    static void Require(bool condition, string message)
    {
        if (!condition)
            throw new CoordinatorException(ErrorCode.InvalidRequest, message);
    }
}
