using System.Runtime.InteropServices;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// Who has each partition now, be it only until it is revoked. A log that is being compacted may give a partition twice for a while: the later record counts.
/// </summary>
sealed class CurrentOwners
{
    readonly Dictionary<Uuid, Dictionary<int, string>> topics = [];

    public bool IsOwned(Uuid topicId, int partition) => topics.TryGetValue(topicId, out var owners) && owners.ContainsKey(partition);

    public void Add(ConsumerGroupMember member)
    {
        Add(member.MemberId, member.Assigned);
        Add(member.MemberId, member.PendingRevocation);
    }

    public void Remove(ConsumerGroupMember member)
    {
        Remove(member.MemberId, member.Assigned);
        Remove(member.MemberId, member.PendingRevocation);
    }

    void Add(string memberId, Assignment assignment)
    {
        foreach (var (topicId, partitions) in assignment.Topics)
        {
            ref var owners = ref CollectionsMarshal.GetValueRefOrAddDefault(topics, topicId, out _);
            owners ??= [];
            foreach (var partition in partitions)
                owners[partition] = memberId;
        }
    }

    void Remove(string memberId, Assignment assignment)
    {
        foreach (var (topicId, partitions) in assignment.Topics)
        {
            if (!topics.TryGetValue(topicId, out var owners))
                continue;
            foreach (var partition in partitions)
            {
                if (owners.GetValueOrDefault(partition) == memberId)
                    owners.Remove(partition);
            }

            if (owners.Count == 0)
                topics.Remove(topicId);
        }
    }
}
