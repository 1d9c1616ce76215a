using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>Heartbeat to a classic group.</summary>
sealed class ClassicHeartbeat(ClassicSessions sessions)
{
    public ErrorCode Heartbeat(ClassicGroup group, HeartbeatRequest request)
    {
        if (group.CheckMember(request.MemberId, request.GroupInstanceId) is not ErrorCode.None and var error)
            return error;
        if (request.GenerationId != group.Generation)
            return ErrorCode.IllegalGeneration;
        sessions.Restart(group, group.Members.Find(request.MemberId)!);
        return group.State == ClassicGroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }
}
