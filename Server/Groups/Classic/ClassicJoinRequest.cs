using NettyKafka.Codec.Messages;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>A JoinGroup request, who has sent it and where its answer goes.</summary>
sealed class ClassicJoinRequest(JoinGroupRequest request, GroupClient client, PendingReply<JoinGroupResponse> reply)
{
    public JoinGroupRequest Request => request;

    public GroupClient Client => client;

    public PendingReply<JoinGroupResponse> Reply => reply;

    public string Reason => string.IsNullOrEmpty(request.Reason) ? "not provided" : request.Reason;

    /// <summary>What the member can follow; of a name that comes twice the first counts.</summary>
    public IReadOnlyList<ClassicProtocol> Protocols { get; } =
        [.. request.Protocols.DistinctBy(protocol => protocol.Name).Select(protocol => new ClassicProtocol(protocol.Name, protocol.Metadata))];
}
