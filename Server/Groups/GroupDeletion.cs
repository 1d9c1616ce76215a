using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Offsets;

namespace NettyKafka.Server.Groups;

/// <summary>Deletes groups without members, and offsets that no member is reading on from.</summary>
public sealed class GroupDeletion(CoordinatorContext context, GroupTable groups, GroupOffsets offsets)
{
    /// <exception cref="CoordinatorException">There is no such group, or it has members.</exception>
    public void Delete(string groupId)
    {
        var group = Find(groupId);
        group.CheckDelete();
        offsets.AppendTombstones(groupId);
        group.AppendTombstones(context);
        context.Logger.LogInformation("Group {Group} is deleted", groupId);
    }

    /// <summary>Answers an error for each partition, in the order asked.</summary>
    /// <exception cref="CoordinatorException">There is no such group, or it is not one to delete offsets of.</exception>
    public IReadOnlyList<ErrorCode> DeleteOffsets(string groupId, IReadOnlyList<(string Topic, int Partition)> partitions)
    {
        var group = Find(groupId);
        group.CheckOffsetDelete();
        var errors = new ErrorCode[partitions.Count];
        for (var i = 0; i < errors.Length; i++)
        {
            var (topic, partition) = partitions[i];
            if (group.IsSubscribedTo(topic))
                errors[i] = ErrorCode.GroupSubscribedToTopic;
            else if (offsets.Find(groupId, topic, partition) is not null || offsets.IsPending(groupId, topic, partition))
                offsets.AppendTombstones([(groupId, topic, partition)]);
        }

        return errors;
    }

    Group Find(string groupId) => groups.Find(groupId) ?? throw new CoordinatorException(ErrorCode.GroupIdNotFound, $"Group {groupId} not found.");
}
