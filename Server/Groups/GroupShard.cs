using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Classic;
using NettyKafka.Server.Groups.Consumer;
using NettyKafka.Server.Groups.Offsets;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Groups;

/// <summary>The groups of one partition of <c>__consumer_offsets</c>, and what they have committed.</summary>
public sealed class GroupShard : ICoordinatorShard
{
    readonly CoordinatorContext context;
    readonly OffsetExpiration expiration;

    public GroupShard(CoordinatorContext context, BrokerConfig config, BlockingExecutor executor)
    {
        this.context = context;
        Groups = new();
        Classic = new(context, Groups, config);
        Offsets = new(context, Groups);
        Commits = new(context, Groups, config.OffsetMetadataMaxBytes);
        Deletion = new(context, Groups, Offsets);
        Consumer = new(context, Groups, Classic, config, executor);
        expiration = new(context, Groups, Offsets, config);
    }

    public GroupTable Groups { get; }

    public ClassicGroups Classic { get; }

    public GroupOffsets Offsets { get; }

    public OffsetCommits Commits { get; }

    public GroupDeletion Deletion { get; }

    public ConsumerGroups Consumer { get; }

    public void Replay(in CoordinatorRecord record, long producerId)
    {
        switch (record.Type)
        {
            case LegacyOffsetCommitKey.RecordType or OffsetCommitKey.RecordType:
                Offsets.Replay(record, producerId);
                break;
            case GroupMetadataKey.RecordType:
                Classic.Replay(record);
                break;
            case var _ when Consumer.TryReplay(record):
                break;
            default:
                context.Logger.LogDebug("A record of type {Type} is left as it is", record.Type);
                break;
        }
    }

    /// <summary>JoinGroup, to whatever type of group there is: one without members becomes a classic one.</summary>
    public void Join(JoinGroupRequest request, GroupClient client, PendingReply<JoinGroupResponse> reply)
    {
        if (FindConsumerGroup(request.GroupId) is { } group)
            context.Reply(reply, Consumer.Join(group, request, client));
        else
            Classic.Join(request, client, reply);
    }

    public void Sync(SyncGroupRequest request, PendingReply<SyncGroupResponse> reply)
    {
        if (FindConsumerGroup(request.GroupId) is { } group)
            context.Reply(reply, Consumer.Sync(group, request));
        else
            Classic.Sync(request, reply);
    }

    public ErrorCode Heartbeat(HeartbeatRequest request) =>
        FindConsumerGroup(request.GroupId) is { } group ? Consumer.Heartbeat(group, request) : Classic.Heartbeat(request);

    public IReadOnlyList<LeaveGroupResponse.MemberResponse> Leave(string groupId, IReadOnlyList<LeaveGroupRequest.MemberIdentity> members) =>
        FindConsumerGroup(groupId) is { } group ? Consumer.Leave(group, members) : Classic.Leave(groupId, members);

    /// <summary>Appends a marker, unless the log knows of a later one.</summary>
    public ErrorCode EndTransaction(TxnMarkerEntry marker)
    {
        var error = context.CheckMarker(marker);
        if (error == ErrorCode.None)
            context.AppendMarker(marker);
        return error;
    }

    public void ReplayEndTransaction(long producerId, bool isCommitted) => Offsets.ReplayEndTransaction(producerId, isCommitted);

    public void OnLoaded()
    {
        Classic.OnLoaded();
        Consumer.OnLoaded();
        expiration.OnLoaded();
    }

    public void OnMetadataUpdate(ClusterImage previous, ClusterImage next)
    {
        expiration.OnMetadataUpdate(previous, next);
        Consumer.OnMetadataUpdate(previous, next);
    }

    /// <summary>A consumer group with members, whom the classic protocol has to get along with.</summary>
    ConsumerGroup? FindConsumerGroup(string groupId) => Groups.TryFind<ConsumerGroup>(groupId, out var group) && !group.IsEmpty ? group : null;
}
