using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Groups.Consumer;
using Owned = NettyKafka.Codec.Messages.ConsumerGroupHeartbeatRequest.TopicPartitionsStruct;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>A client of the consumer protocol: it takes its time to do what it is told, and says so with a later heartbeat.</summary>
sealed class SimulatedConsumerMember : SimulatedMember
{
    const int LeaveEpoch = -1;
    const int StaticLeaveEpoch = -2;

    ImmutableSortedSet<(Uuid TopicId, int Partition)> assigned = NoPartitions;
    long? revokeDeadlineMs;
    bool isMember;
    bool isUncertain;
    bool mustReconcile;
    bool mustReport;
    bool mustSubscribe;

    public SimulatedConsumerMember(GroupSimulation world, SimulatedGroup group, string name)
        : base(world, group, name) => (MemberId, Epoch) = ($"id-{name}", 0);

    public string? Regex { get; set; }

    public string? ServerAssignor { get; init; }

    public override bool IsSettled => isMember && !isUncertain && !mustReconcile && !mustReport && !mustSubscribe;

    public override ImmutableSortedSet<(Uuid TopicId, int Partition)> Claims => isMember && !IsGone && World.NowMs < HoldsUntilMs ? Held.Union(assigned) : NoPartitions;

    long HoldsUntilMs => Math.Min(LastAcceptedMs + GroupSimulation.ConsumerSessionTimeoutMs, revokeDeadlineMs ?? long.MaxValue);

    public override bool IsSubscribedTo(string topic) => Topics.Contains(topic) || (Regex is { } regex && TopicRegex.TryParse(regex, out var parsed, out _) && parsed.IsMatch(topic));

    public void Subscribe(IReadOnlyList<string> topics, string? regex)
    {
        (Topics, Regex) = (topics, regex);
        mustSubscribe = true;
    }

    public override void Poll(Random random)
    {
        if (!isMember)
        {
            Held = NoPartitions;
            Send(Full());
            return;
        }

        Send(isUncertain ? Full() : new()
        {
            TopicPartitions = mustReport ? ToRequest(Held) : null,
            SubscribedTopicNames = mustSubscribe ? [.. Topics] : null,
            SubscribedTopicRegex = mustSubscribe ? Regex ?? "" : null,
        });
        if (!mustReconcile || (!World.IsQuiet && random.Next(4) == 0))
            return;
        Held = assigned;
        (mustReconcile, mustReport) = (false, true);
        if (random.Next(2) == 0)
            Send(new() { TopicPartitions = ToRequest(Held) });
    }

    public override void Leave() => Leave(LeaveEpoch);

    /// <summary>Leaves with the intent to come back.</summary>
    public void LeaveForAWhile() => Leave(StaticLeaveEpoch);

    public override void Reconnect()
    {
        base.Reconnect();
        isUncertain = true;
        // An answer that was lost may have told it to give something up; that time runs since the coordinator is loaded.
        revokeDeadlineMs = Math.Min(revokeDeadlineMs ?? long.MaxValue, World.NowMs + RebalanceTimeoutMs);
    }

    void Leave(int epoch)
    {
        var request = new ConsumerGroupHeartbeatRequest { GroupId = Group.Id, MemberId = MemberId, MemberEpoch = epoch, InstanceId = InstanceId };
        var wasMember = isMember && !isUncertain && World.NowMs < HoldsUntilMs;
        Kill();
        if (Ask(request, 1) is not { } response || World.IsFailure(response.ErrorCode))
            return;
        if (wasMember)
            Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None), $"{this} leaves: {response.ErrorMessage}");
        if (response.ErrorCode == ErrorCode.None)
            Retire();
    }

    ConsumerGroupHeartbeatRequest Full() => new()
    {
        RebalanceTimeoutMs = RebalanceTimeoutMs,
        SubscribedTopicNames = [.. Topics],
        SubscribedTopicRegex = Regex ?? "",
        ServerAssignor = ServerAssignor,
        TopicPartitions = ToRequest(Held),
    };

    void Send(ConsumerGroupHeartbeatRequest request)
    {
        (request.GroupId, request.MemberId, request.MemberEpoch, request.InstanceId) = (Group.Id, MemberId, Epoch, InstanceId);
        if (Ask(request, 1) is not { } response || World.IsFailure(response.ErrorCode))
            Lost();
        else if (response.ErrorCode == ErrorCode.None)
            Accept(request, response);
        else
            Refused(response);
    }

    void Lost()
    {
        isUncertain = true;
        if (!isMember)
            Group.Takes(this);
    }

    void Accept(ConsumerGroupHeartbeatRequest request, ConsumerGroupHeartbeatResponse response)
    {
        Assert.That(response.MemberId, Is.EqualTo(MemberId));
        Assert.That(response.MemberEpoch, Is.GreaterThanOrEqualTo(Epoch), $"the epoch of {this} does not go back");
        if (isMember && response.MemberEpoch != Epoch)
            Group.Retire(Credential);
        if (!isMember)
            Group.Takes(this);
        (isMember, isUncertain, Epoch, LastAcceptedMs) = (true, false, response.MemberEpoch, World.NowMs);
        Group.SawEpoch(Epoch);
        mustReport &= request.TopicPartitions is null;
        mustSubscribe &= request.SubscribedTopicNames is null;
        var had = Held.Union(assigned);
        if (response.Assignment is { } assignment)
        {
            assigned = NoPartitions.Union(assignment.TopicPartitions.SelectMany(topic => topic.Partitions.Select(partition => (topic.TopicId, partition))));
            mustReconcile = true;
            World.Note($"  {this} is to have [{string.Join(' ', assigned.Select(World.NameOf))}]");
        }

        if (!had.IsSubsetOf(assigned))
            revokeDeadlineMs ??= World.NowMs + RebalanceTimeoutMs;
        else if (request.TopicPartitions is not null && !mustReconcile)
            revokeDeadlineMs = null;
        World.CheckClaims(this);
    }

    void Refused(ConsumerGroupHeartbeatResponse response)
    {
        World.Note($"  {this} hears {response.ErrorCode}");
        switch (response.ErrorCode)
        {
            case ErrorCode.FencedInstanceId when Group.HasSuccessor(this):
                Retire();
                break;
            case ErrorCode.UnreleasedInstanceId when !isMember:
            case ErrorCode.InconsistentGroupProtocol when Group.Protocols == GroupProtocols.Either && !isMember:
                break;
            case ErrorCode.UnknownMemberId or ErrorCode.FencedMemberEpoch or ErrorCode.GroupIdNotFound:
                Assert.That(isUncertain || !isMember || World.NowMs >= HoldsUntilMs || Group.HasSuccessor(this), $"{this} is in good standing and hears {response.ErrorCode}: {response.ErrorMessage}");
                Abandon();
                break;
            default:
                Assert.Fail($"{this} hears {response.ErrorCode}: {response.ErrorMessage}");
                break;
        }
    }

    void Abandon()
    {
        if (isMember)
            Group.Retire(Credential);
        (isMember, isUncertain, mustReconcile, mustReport, mustSubscribe, Epoch, revokeDeadlineMs) = (false, false, false, false, false, 0, null);
        Held = assigned = NoPartitions;
    }

    static List<Owned> ToRequest(IEnumerable<(Uuid TopicId, int Partition)> owned) =>
        [.. owned.GroupBy(partition => partition.TopicId).Select(topic => new Owned { TopicId = topic.Key, Partitions = [.. topic.Select(partition => partition.Partition)] })];
}
