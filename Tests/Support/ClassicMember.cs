using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Support;

/// <summary>
/// A consumer of the classic protocol, without a thread or a clock: each request is a method, and <see cref="Poll"/> does the next thing that a real consumer would.
/// Joining and syncing have a connection of their own, so that heartbeats can be sent meanwhile.
/// </summary>
public sealed class ClassicMember(TestBroker broker, string groupId)
{
    const string Range = "range";

    TestConnection? joining;
    TestConnection? beating;
    JoinGroupResponse? early;

    public enum Phase
    {
        /// <summary>It has to join.</summary>
        Unjoined,

        /// <summary>It waits for the answer to JoinGroup.</summary>
        Joining,

        /// <summary>It waits for the answer to SyncGroup.</summary>
        Syncing,

        /// <summary>It has its assignment.</summary>
        Stable,
    }

    public string ClientId { get; init; } = "member";

    public string? GroupInstanceId { get; init; }

    public int SessionTimeoutMs { get; set; } = 10_000;

    public int RebalanceTimeoutMs { get; set; } = 60_000;

    public string ProtocolType { get; set; } = "consumer";

    public List<(string Name, byte[] Metadata)> Protocols { get; set; } = [(Range, Subscription("orders"))];

    public short JoinVersion { get; init; } = 9;

    public short SyncVersion { get; init; } = 5;

    public short HeartbeatVersion { get; init; } = 4;

    public short LeaveVersion { get; init; } = 5;

    /// <summary>What a leader assigns to each member of a generation.</summary>
    public Func<JoinGroupResponse, IEnumerable<(string MemberId, byte[] Assignment)>> Assignor { get; set; } = OwnNames;

    public string MemberId { get; set; } = "";

    public int Generation { get; set; } = -1;

    public string? ProtocolName { get; set; }

    public byte[] Assignment { get; private set; } = [];

    public Phase At { get; private set; }

    /// <summary>The last answer to JoinGroup that was no error.</summary>
    public JoinGroupResponse? Joined { get; private set; }

    public bool IsLeader => Joined is { } joined && joined.Leader == joined.MemberId;

    TestConnection JoinConnection => joining ??= broker.Connect(ClientId);

    TestConnection HeartbeatConnection => beating ??= broker.Connect(ClientId);

    /// <summary>A subscription as consumers write it.</summary>
    public static byte[] Subscription(params string[] topics) =>
        [0, 1, .. MessageEncoding.Encode(new ConsumerProtocolSubscription { Topics = [.. topics] }, 1)];

    /// <summary>Goes on with another broker, or over new connections to the same: what was asked on the old ones is forgotten.</summary>
    public void Reconnect(TestBroker other)
    {
        broker = other;
        (joining, beating, early) = (null, null, null);
        if (At is Phase.Joining or Phase.Syncing)
            At = Phase.Unjoined;
    }

    /// <summary>Asks to join; a member that is given its id asks again with it.</summary>
    public void PostJoin()
    {
        JoinConnection.Post(JoinRequest(), JoinVersion);
        At = Phase.Joining;
        if (MemberId.Length == 0)
            early = TakeJoinAnswer();
    }

    /// <summary>The answer to JoinGroup, if there is one.</summary>
    public JoinGroupResponse? TryTakeJoin()
    {
        var response = early ?? TakeJoinAnswer();
        early = null;
        return response is null ? null : Take(response);
    }

    /// <summary>Joins and is answered at once.</summary>
    public JoinGroupResponse Join()
    {
        PostJoin();
        return TryTakeJoin() ?? throw new AssertionException($"JoinGroup of {MemberId} to {groupId} was not answered");
    }

    /// <summary>Asks for the assignment; a leader brings that of all members.</summary>
    public void PostSync()
    {
        JoinConnection.Post(SyncRequest(), SyncVersion);
        At = Phase.Syncing;
    }

    public SyncGroupResponse? TryTakeSync()
    {
        if (JoinConnection.TryTake<SyncGroupRequest, SyncGroupResponse>(SyncVersion) is not { } response)
            return null;
        At = response.ErrorCode == ErrorCode.None ? Phase.Stable : Phase.Unjoined;
        Assignment = response.Assignment;
        return response;
    }

    /// <summary>Syncs and is answered at once.</summary>
    public SyncGroupResponse Sync()
    {
        PostSync();
        return TryTakeSync() ?? throw new AssertionException($"SyncGroup of {MemberId} to {groupId} was not answered");
    }

    public ErrorCode Heartbeat() => HeartbeatConnection.Send(
        new HeartbeatRequest { GroupId = groupId, GenerationId = Generation, MemberId = MemberId, GroupInstanceId = HeartbeatVersion >= 3 ? GroupInstanceId : null },
        HeartbeatVersion).ErrorCode;

    /// <summary>Commits an offset of a topic's partition 0 as a member.</summary>
    public ErrorCode Commit(string topic, long offset) => HeartbeatConnection.Send(
        new OffsetCommitRequest
        {
            GroupId = groupId,
            GenerationIdOrMemberEpoch = Generation,
            MemberId = MemberId,
            GroupInstanceId = GroupInstanceId,
            Topics = [new() { Name = topic, Partitions = [new() { CommittedOffset = offset, CommittedMetadata = "" }] }],
        },
        9).Topics.Single().Partitions.Single().ErrorCode;

    public ErrorCode Leave()
    {
        var request = LeaveVersion >= 3
            ? new LeaveGroupRequest { GroupId = groupId, Members = [new() { MemberId = MemberId, GroupInstanceId = GroupInstanceId }] }
            : new() { GroupId = groupId, MemberId = MemberId };
        var response = HeartbeatConnection.Send(request, LeaveVersion);
        return response.ErrorCode == ErrorCode.None && LeaveVersion >= 3 ? response.Members.Single().ErrorCode : response.ErrorCode;
    }

    /// <summary>Does the next thing that a consumer would: takes an answer, or sends what is to be sent now. Answers whether it had anything to do but a heartbeat.</summary>
    public bool Poll()
    {
        switch (At)
        {
            case Phase.Unjoined:
                PostJoin();
                return true;
            case Phase.Joining:
                if (TryTakeJoin() is not { } joined)
                    return false;
                if (!Heed(joined.ErrorCode))
                    PostSync();
                return true;
            case Phase.Syncing:
                return TryTakeSync() is { } synced && Heed(synced.ErrorCode);
            default:
                return Heed(Heartbeat());
        }
    }

    /// <summary>Polls all of them until each is stable in the same generation.</summary>
    public static void Stabilize(params IReadOnlyCollection<ClassicMember> members)
    {
        for (var round = 0; round < 20; round++)
        {
            var isBusy = false;
            foreach (var member in members)
                isBusy |= member.Poll();
            if (!isBusy && members.All(member => member.At == Phase.Stable) && members.Select(member => member.Generation).Distinct().Count() == 1)
                return;
        }

        Assert.Fail($"no generation with all of them: {string.Join(", ", members.Select(member => $"{member.MemberId} {member.At} {member.Generation}"))}");
    }

    public JoinGroupRequest JoinRequest() => new()
    {
        GroupId = groupId,
        SessionTimeoutMs = SessionTimeoutMs,
        RebalanceTimeoutMs = RebalanceTimeoutMs,
        MemberId = MemberId,
        GroupInstanceId = GroupInstanceId,
        ProtocolType = ProtocolType,
        Protocols = [.. Protocols.Select(protocol => new JoinGroupRequest.JoinGroupRequestProtocol { Name = protocol.Name, Metadata = protocol.Metadata })],
    };

    public SyncGroupRequest SyncRequest() => new()
    {
        GroupId = groupId,
        GenerationId = Generation,
        MemberId = MemberId,
        GroupInstanceId = SyncVersion >= 3 ? GroupInstanceId : null,
        ProtocolType = ProtocolType,
        ProtocolName = ProtocolName,
        Assignments = Joined is { SkipAssignment: false } joined && IsLeader
            ? [.. Assignor(joined).Select(each => new SyncGroupRequest.SyncGroupRequestAssignment { MemberId = each.MemberId, Assignment = each.Assignment })]
            : [],
    };

    /// <summary>Each member is assigned its own id and the generation.</summary>
    static IEnumerable<(string MemberId, byte[] Assignment)> OwnNames(JoinGroupResponse joined) =>
        joined.Members.Select(member => (member.MemberId, Encoding.UTF8.GetBytes($"{member.MemberId}@{joined.GenerationId}")));

    JoinGroupResponse? TakeJoinAnswer()
    {
        var response = JoinConnection.TryTake<JoinGroupRequest, JoinGroupResponse>(JoinVersion);
        if (response is not { ErrorCode: ErrorCode.MemberIdRequired })
            return response;
        MemberId = response.MemberId;
        JoinConnection.Post(JoinRequest(), JoinVersion);
        return JoinConnection.TryTake<JoinGroupRequest, JoinGroupResponse>(JoinVersion);
    }

    JoinGroupResponse Take(JoinGroupResponse response)
    {
        At = Phase.Unjoined;
        if (response.ErrorCode != ErrorCode.None)
            return response;
        Joined = response;
        (MemberId, Generation, ProtocolName) = (response.MemberId, response.GenerationId, response.ProtocolName);
        return response;
    }

    /// <summary>What an error means to a consumer; true when it changes what it does next.</summary>
    bool Heed(ErrorCode error)
    {
        switch (error)
        {
            case ErrorCode.None:
                return false;
            case ErrorCode.UnknownMemberId:
                MemberId = "";
                break;
            case ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration:
                break;
            default:
                throw new AssertionException($"{MemberId} of {groupId} hears {error}");
        }

        At = Phase.Unjoined;
        return true;
    }
}
