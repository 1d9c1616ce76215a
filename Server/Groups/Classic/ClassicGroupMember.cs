using NettyKafka.Codec.Messages;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>One member of a classic group.</summary>
public sealed class ClassicGroupMember(string memberId, string? groupInstanceId, string clientId, string clientHost)
{
    public string MemberId => memberId;

    /// <summary>The name that a static member keeps when it restarts; null for a dynamic one.</summary>
    public string? GroupInstanceId => groupInstanceId;

    public bool IsStatic => groupInstanceId is not null;

    public string ClientId => clientId;

    public string ClientHost => clientHost;

    public int RebalanceTimeoutMs { get; set; }

    public int SessionTimeoutMs { get; set; }

    /// <summary>What it can follow, the one it likes best first; each name once.</summary>
    public IReadOnlyList<ClassicProtocol> Protocols { get; internal set; } = [];

    public byte[] Assignment { get; set; } = [];

    /// <summary>It has never been told of a generation: it cannot send heartbeats, so that waiting for a rebalance does not keep it.</summary>
    internal bool IsNew { get; set; }

    internal PendingReply<JoinGroupResponse>? AwaitingJoin { get; set; }

    internal PendingReply<SyncGroupResponse>? AwaitingSync { get; set; }

    /// <summary>It has been told of the generation and not yet asked for its assignment.</summary>
    internal bool IsPendingSync { get; set; }

    internal CoordinatorTimer? Session { get; set; }

    /// <summary>Who waits for an answer of ours is alive.</summary>
    internal bool HasSatisfiedHeartbeat => !IsNew && (AwaitingJoin is not null || AwaitingSync is not null);

    /// <summary>What it tells the leader for a protocol; nothing for one that it does not follow.</summary>
    public byte[] MetadataOf(string? protocolName)
    {
        foreach (var protocol in Protocols)
        {
            if (protocol.Name == protocolName)
                return protocol.Metadata;
        }

        return [];
    }

    internal bool Follows(string? protocolName) => Protocols.Any(protocol => protocol.Name == protocolName);

    internal bool Matches(IReadOnlyList<ClassicProtocol> protocols) => Protocols.SequenceEqual(protocols);
}
