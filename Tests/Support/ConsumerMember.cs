using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Support;

/// <summary>
/// A client of the consumer protocol, reduced to its heartbeats: it says what it wants when it joins and what it has when that has changed, takes what it is given
/// and gives up what it has to when told to <see cref="Reconcile"/>.
/// </summary>
public sealed class ConsumerMember(TestConnection connection, string groupId, string? memberId = null)
{
    const int JoinEpoch = 0;
    const int LeaveEpoch = -1;
    const int StaticLeaveEpoch = -2;

    bool hasNews;

    public string MemberId { get; set; } = memberId ?? Uuid.Random().ToString();

    public int MemberEpoch { get; set; }

    public short Version { get; init; } = 1;

    public string GroupId => groupId;

    public string? InstanceId { get; init; }

    public string? RackId { get; init; }

    public string? ServerAssignor { get; set; }

    public int RebalanceTimeoutMs { get; set; } = 60_000;

    public IReadOnlyList<string>? Topics { get; set; }

    public string? Regex { get; set; }

    /// <summary>A new one after the broker has restarted.</summary>
    public TestConnection Connection { get; set; } = connection;

    /// <summary>What the coordinator has said last that the member is to have.</summary>
    public ImmutableSortedSet<(string TopicId, int Partition)> Assigned { get; private set; } = [];

    /// <summary>What the member consumes.</summary>
    public ImmutableSortedSet<(string TopicId, int Partition)> Owned { get; private set; } = [];

    /// <summary>The partitions that the member consumes, whatever their topic.</summary>
    public int[] Partitions => [.. Owned.Select(owned => owned.Partition)];

    public ConsumerGroupHeartbeatResponse? Last { get; private set; }

    /// <summary>Joins, for the first time or anew, with nothing owned; asserts that it succeeds.</summary>
    public ConsumerMember Join()
    {
        Assert.That(TryJoin(), Is.EqualTo(ErrorCode.None), Last?.ErrorMessage);
        return this;
    }

    public ErrorCode TryJoin()
    {
        MemberEpoch = JoinEpoch;
        Owned = [];
        return Send(FullRequest());
    }

    /// <summary>A heartbeat, with what is owned when that has changed since it was said last.</summary>
    public ErrorCode Heartbeat() => Send(new() { TopicPartitions = hasNews ? ToRequest(Owned) : null });

    /// <summary>Says everything, as after an answer that was lost.</summary>
    public ErrorCode FullHeartbeat() => Send(FullRequest());

    public ErrorCode Subscribe(params string[] topics)
    {
        Topics = topics;
        return Send(new() { SubscribedTopicNames = [.. topics], TopicPartitions = hasNews ? ToRequest(Owned) : null });
    }

    public ErrorCode SubscribeByRegex(string regex)
    {
        Regex = regex;
        return Send(new() { SubscribedTopicRegex = regex, TopicPartitions = hasNews ? ToRequest(Owned) : null });
    }

    /// <summary>Consumes what it was assigned, and no longer what it was not.</summary>
    public ConsumerMember Reconcile()
    {
        hasNews |= !Owned.SetEquals(Assigned);
        Owned = Assigned;
        return this;
    }

    /// <summary>A heartbeat, what follows from it, and a heartbeat that says so.</summary>
    public ErrorCode Poll()
    {
        var error = Heartbeat();
        if (error != ErrorCode.None)
            return error;
        Reconcile();
        return hasNews ? Heartbeat() : error;
    }

    public ErrorCode Leave() => SendLeave(LeaveEpoch);

    /// <summary>Leaves with the intent to come back.</summary>
    public ErrorCode LeaveForAWhile() => SendLeave(StaticLeaveEpoch);

    /// <summary>Sends a request as this member; what the answer says becomes what it knows.</summary>
    public ErrorCode Send(ConsumerGroupHeartbeatRequest request)
    {
        request.GroupId = groupId;
        request.MemberId = MemberId;
        request.MemberEpoch = MemberEpoch;
        request.InstanceId = InstanceId;
        Last = Connection.Send(request, Version);
        if (Last.ErrorCode != ErrorCode.None)
            return Last.ErrorCode;
        hasNews &= request.TopicPartitions is null;
        MemberId = Last.MemberId ?? MemberId;
        MemberEpoch = Last.MemberEpoch;
        if (Last.Assignment is { } assignment)
            Assigned = [.. assignment.TopicPartitions.SelectMany(topic => topic.Partitions.Select(partition => (topic.TopicId.ToString(), partition)))];
        return ErrorCode.None;
    }

    ErrorCode SendLeave(int epoch)
    {
        var before = MemberEpoch;
        MemberEpoch = epoch;
        var error = Send(new());
        MemberEpoch = error == ErrorCode.None ? epoch : before;
        Owned = Assigned = [];
        return error;
    }

    ConsumerGroupHeartbeatRequest FullRequest() => new()
    {
        RackId = RackId,
        RebalanceTimeoutMs = RebalanceTimeoutMs,
        SubscribedTopicNames = Topics?.ToList(),
        SubscribedTopicRegex = Version > 0 ? Regex : null,
        ServerAssignor = ServerAssignor,
        TopicPartitions = ToRequest(Owned),
    };

    static List<ConsumerGroupHeartbeatRequest.TopicPartitionsStruct> ToRequest(IEnumerable<(string TopicId, int Partition)> owned) =>
    [
        .. owned.GroupBy(partition => partition.TopicId)
            .Select(topic => new ConsumerGroupHeartbeatRequest.TopicPartitionsStruct { TopicId = Uuid.Parse(topic.Key), Partitions = [.. topic.Select(partition => partition.Partition)] }),
    ];
}
