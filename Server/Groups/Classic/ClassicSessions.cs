using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>The sessions of classic members: one that gives no sign of life for its session timeout has failed.</summary>
sealed class ClassicSessions(CoordinatorContext context, Action<ClassicGroup, ClassicGroupMember> failed)
{
    // A client that has gone away while it waits in its first JoinGroup is not to wait there for ever, and comes back if it is there.
    const int NewMemberJoinTimeoutMs = 5 * 60 * 1000;

    public void Restart(ClassicGroup group, ClassicGroupMember member) => Restart(group, member, member.SessionTimeoutMs);

    public void StartNew(ClassicGroup group, ClassicGroupMember member) => Restart(group, member, NewMemberJoinTimeoutMs);

    void Restart(ClassicGroup group, ClassicGroupMember member, int timeoutMs)
    {
        member.Session ??= context.Timers.Create(() => Expire(group, member));
        member.Session.Schedule(timeoutMs);
    }

    void Expire(ClassicGroup group, ClassicGroupMember member)
    {
        if (!member.HasSatisfiedHeartbeat)
            failed(group, member);
    }
}
