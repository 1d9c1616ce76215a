using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups;

/// <summary>A group of any type, as far as committed offsets and administration need to know it.</summary>
public abstract class Group(string groupId)
{
    public string GroupId => groupId;

    public abstract GroupType Type { get; }

    /// <summary>What the members use the group for, such as <c>consumer</c>; empty while nobody has said it.</summary>
    public abstract string ProtocolType { get; }

    /// <summary>Kafka's name of the group's state.</summary>
    public abstract string StateName { get; }

    /// <summary>Whether it has no members.</summary>
    public abstract bool IsEmpty { get; }

    /// <exception cref="CoordinatorException">Who commits is no member in good standing, or there are members and it is none.</exception>
    public abstract void CheckOffsetCommit(string memberId, string? groupInstanceId, int generationIdOrMemberEpoch, bool isTransactional, short apiVersion);

    /// <summary>A commit that has been accepted is a sign of life in some types of groups.</summary>
    public virtual void OnOffsetCommit(string memberId)
    {
    }

    /// <exception cref="CoordinatorException">Who names itself as a member of an epoch is not one.</exception>
    public abstract void CheckOffsetFetch(string? memberId, int memberEpoch);

    /// <exception cref="CoordinatorException">The group's offsets are not to be deleted now.</exception>
    public abstract void CheckOffsetDelete();

    /// <exception cref="CoordinatorException">The group is not to be deleted now.</exception>
    public abstract void CheckDelete();

    /// <summary>Whether a member may be reading a topic: offsets of such are not deleted.</summary>
    public abstract bool IsSubscribedTo(string topic);

    /// <summary>
    /// Since when, in milliseconds since 1970, the offset committed at a time has been kept without being needed (KIP-211); null while it is needed.
    /// </summary>
    public abstract long? ExpiresFrom(string topic, long commitTimestamp);

    /// <summary>Appends the tombstones of all that the group has written beside offsets.</summary>
    public abstract void AppendTombstones(CoordinatorContext context);
}
