using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>A consumer of the classic protocol, eager or cooperative. It joins and syncs on a connection of its own.</summary>
sealed class SimulatedClassicMember(GroupSimulation world, SimulatedGroup group, string name) : SimulatedMember(world, group, name)
{
    const short NewestJoin = 9;

    Phase phase;
    TestConnection? joining;
    JoinGroupResponse? joined;
    long postedMs;
    int oldestGeneration;
    bool mustRejoin;
    string? writtenId;
    bool isForgotten;
    string? seenTopics;
    IReadOnlyList<string>? joinedTopics;

    enum Phase
    {
        Unjoined,
        Joining,
        Syncing,
        Stable,
    }

    public bool IsCooperative { get; init; }

    public int SessionTimeoutMs { get; init; }

    public short JoinVersion { get; init; } = NewestJoin;

    public IReadOnlyList<string> Protocols { get; init; } = [];

    public override IReadOnlyList<string> JoinedTopics => joinedTopics ?? Topics;

    public override bool IsSettled => phase == Phase.Stable && !mustRejoin;

    public override ImmutableSortedSet<(Uuid TopicId, int Partition)> Claims => NoPartitions;

    short SyncVersion => (short)(JoinVersion == NewestJoin ? 5 : 3);

    bool IsLeader => joined is { } answer && answer.Leader == answer.MemberId;

    public override bool IsSubscribedTo(string topic) => Topics.Contains(topic);

    public void Subscribe(IReadOnlyList<string> topics) => (Topics, mustRejoin) = (topics, true);

    public override void Poll(Random random)
    {
        switch (phase)
        {
            case Phase.Unjoined:
                PostJoin();
                break;
            case Phase.Joining:
                TakeJoin();
                break;
            case Phase.Syncing:
                TakeSync();
                break;
            default:
                Beat();
                break;
        }
    }

    public override void Leave()
    {
        var wasMember = phase == Phase.Stable && IsFresh(GroupSimulation.MinTimeoutMs) && !Group.HasSuccessor(this);
        var response = MemberId.Length == 0 ? null : Ask(new LeaveGroupRequest { GroupId = Group.Id, Members = [new() { MemberId = MemberId, GroupInstanceId = InstanceId }] }, 5);
        if (response is not null && !World.IsFailure(response.ErrorCode) && wasMember)
            Assert.That(response.Members.Single().ErrorCode, Is.EqualTo(ErrorCode.None), $"{this} leaves");
        Retire();
    }

    public override void Reconnect()
    {
        base.Reconnect();
        joining = null;
        isForgotten |= MemberId.Length > 0 && MemberId != writtenId;
        if (phase is Phase.Joining or Phase.Syncing)
            phase = Phase.Unjoined;
    }

    void PostJoin()
    {
        if (!IsCooperative)
            Held = NoPartitions;
        (mustRejoin, joinedTopics) = (false, Topics);
        oldestGeneration = Group.NewestGeneration;
        if (MemberId.Length == 0)
            Group.Takes(this);
        Post(new JoinGroupRequest
        {
            GroupId = Group.Id,
            SessionTimeoutMs = SessionTimeoutMs,
            RebalanceTimeoutMs = RebalanceTimeoutMs,
            MemberId = MemberId,
            GroupInstanceId = InstanceId,
            ProtocolType = "consumer",
            Protocols = [.. Protocols.Select(name => new JoinGroupRequest.JoinGroupRequestProtocol { Name = name, Metadata = SimulatedLeader.Subscription(Topics, Held.Select(World.PartitionOf), Epoch) })],
        }, JoinVersion);
        phase = Phase.Joining;
        TakeJoin();
    }

    void TakeJoin()
    {
        if (joining!.TryTake<JoinGroupRequest, JoinGroupResponse>(JoinVersion) is not { } response)
            return;
        phase = Phase.Unjoined;
        switch (response.ErrorCode)
        {
            case ErrorCode.None:
                Join(response);
                break;
            case ErrorCode.MemberIdRequired:
                MemberId = response.MemberId;
                PostJoin();
                break;
            default:
                Heed(response.ErrorCode, isInGoodStanding: false);
                break;
        }
    }

    void Join(JoinGroupResponse response)
    {
        Assert.That(response.GenerationId, Is.GreaterThanOrEqualTo(oldestGeneration), $"the generation of {Group.Id} does not go back for {this}");
        Group.Retire(Credential);
        (joined, MemberId, Epoch, LastAcceptedMs) = (response, response.MemberId, response.GenerationId, postedMs);
        var assignments = IsLeader && !response.SkipAssignment ? SimulatedLeader.Assign(response, World.PartitionCounts(), IsCooperative) : [];
        seenTopics = IsLeader ? TopicsOf(response) : null;
        // A leader that may skip the assignment knows what the one before has seen.
        if (IsLeader && response.SkipAssignment)
            seenTopics = Group.SeenTopics;
        else if (IsLeader)
            Group.Assigned(Epoch, assignments, seenTopics!);
        Post(new SyncGroupRequest
        {
            GroupId = Group.Id,
            GenerationId = Epoch,
            MemberId = MemberId,
            GroupInstanceId = InstanceId,
            ProtocolType = "consumer",
            ProtocolName = response.ProtocolName,
            Assignments = [.. assignments.Select(each => new SyncGroupRequest.SyncGroupRequestAssignment { MemberId = each.Key, Assignment = each.Value })],
        }, SyncVersion);
        phase = Phase.Syncing;
        TakeSync();
    }

    void TakeSync()
    {
        if (joining!.TryTake<SyncGroupRequest, SyncGroupResponse>(SyncVersion) is not { } response)
            return;
        phase = Phase.Unjoined;
        if (response.ErrorCode != ErrorCode.None)
        {
            Heed(response.ErrorCode, isInGoodStanding: false);
            return;
        }

        Group.Synced(this, response.Assignment);
        (phase, LastAcceptedMs, writtenId, isForgotten) = (Phase.Stable, postedMs, MemberId, false);
        var before = Held;
        Held = NoPartitions.Union(SimulatedLeader.PartitionsOf(response.Assignment).Select(World.IdOf).OfType<(Uuid, int)>());
        World.Note($"  {this} is given its part");
        // What it has given up the next generation can give to others.
        mustRejoin |= IsCooperative && !before.IsSubsetOf(Held);
    }

    void Beat()
    {
        var response = Ask(new HeartbeatRequest { GroupId = Group.Id, GenerationId = Epoch, MemberId = MemberId, GroupInstanceId = InstanceId }, 4);
        if (response is null || World.IsFailure(response.ErrorCode))
            return;
        if (response.ErrorCode != ErrorCode.None)
            Heed(response.ErrorCode, IsFresh(GroupSimulation.MinTimeoutMs) && !Group.HasSuccessor(this));
        else
            LastAcceptedMs = World.NowMs;
        if (mustRejoin || (phase == Phase.Stable && seenTopics is not null && seenTopics != TopicsOf(joined!)))
            PostJoin();
    }

    void Heed(ErrorCode error, bool isInGoodStanding)
    {
        if (World.IsFailure(error))
            return;
        phase = Phase.Unjoined;
        World.Note($"  {this} hears {error}");
        switch (error)
        {
            // As in Kafka, an instance's new member id is in the log when its generation has its assignments: before that a restart brings the old one back.
            case ErrorCode.FencedInstanceId when Group.HasSuccessor(this) || isForgotten:
                Retire();
                return;
            case ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration:
                // A consumer group that becomes a classic one has the group's epoch as its generation, wherever its members are.
                var isOther = error == ErrorCode.IllegalGeneration && Group.Protocols == GroupProtocols.Either;
                Assert.That(isInGoodStanding && !isOther, Is.False, $"{this} is in good standing and hears {error}");
                Group.Retire(Credential);
                Held = NoPartitions;
                if (error == ErrorCode.UnknownMemberId)
                    MemberId = "";
                break;
            case ErrorCode.RebalanceInProgress:
            case ErrorCode.InconsistentGroupProtocol when Group.Protocols == GroupProtocols.Either:
                break;
            default:
                Assert.Fail($"{this} hears {error}");
                break;
        }
    }

    void Post<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        postedMs = World.NowMs;
        (joining ??= Connect()).Post(request, version);
    }

    /// <summary>What a leader looks at again and again: the partitions of all that its group subscribes to.</summary>
    string TopicsOf(JoinGroupResponse response)
    {
        var counts = World.PartitionCounts();
        return string.Join(' ', SimulatedLeader.TopicsOf(response).Select(topic => $"{topic}:{counts.GetValueOrDefault(topic)}"));
    }
}
