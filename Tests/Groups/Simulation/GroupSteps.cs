using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>What happens in a simulation, by chance: each step's chances come of the seed and its number alone.</summary>
sealed class GroupSteps(GroupSimulation world, int seed)
{
    const int MaxMembers = 6;

    static readonly string[] topicNames = ["a0", "a1", "b0", "b1"];
    static readonly string[] regexes = ["a.*", "b[01]", "[ab]0", "none"];

    Random random = new(seed);
    int steps;
    int members;

    public void Step()
    {
        random = new(unchecked((seed * 100_003) + ++steps));
        Action action = random.Next(100) switch
        {
            < 8 => Join,
            < 12 => () => With(Pick(IsAwake), "leaves", Leave),
            < 16 => () => With(Pick(IsAwake), "stalls", static member => member.IsStalled = true),
            < 20 => () => With(Pick(static member => member.IsStalled), "is back", static member => member.IsStalled = false),
            < 23 => () => With(Pick(static _ => true), "is replaced", Replace),
            < 27 => () => With(Pick(static _ => true), "subscribes anew", Subscribe),
            < 37 => () => With(Pick(static _ => true), "commits", member => Commit(member.Group, member.Credential)),
            < 42 => CommitAsRetired,
            < 44 => CommitAsNobody,
            < 50 => ChangeTopics,
            < 52 => DeleteGroup,
            < 53 => EmptyGroup,
            < 62 => () => Advance(random.Next(3000)),
            < 65 => () => Advance(random.Next(45_000)),
            < 67 => Compact,
            < 69 => Restart,
            < 78 => () => With(Pick(IsAwake), "polls", member => member.Poll(random)),
            _ => PollAll,
        };
        action();
    }

    /// <summary>Every member that is not stalled does what it would.</summary>
    public void PollAll()
    {
        world.Note("all poll");
        foreach (var member in world.Live.Where(member => !member.IsStalled).OrderBy(_ => random.Next()).ToList())
            member.Poll(random);
    }

    /// <summary>Whoever is stalled comes back, or has ended.</summary>
    public void WakeAll()
    {
        foreach (var member in world.Live.Where(member => member.IsStalled).ToList())
        {
            if (random.Next(2) == 0)
                member.Kill();
            member.IsStalled = false;
            world.Note($"{member} {(member.IsGone ? "ends" : "is back")}");
        }
    }

    /// <summary>
    /// Somebody joins each group that may have become a classic one: the rebalance that follows such a change is not in the log, and a restart may have come before it.
    /// </summary>
    public void JoinChanged()
    {
        foreach (var group in world.Groups.Where(group => group.Protocols == GroupProtocols.Either && group.Live.Any()))
            Add(group, null, topicNames);
    }

    public void Advance(int milliseconds)
    {
        world.Note($"{milliseconds} ms");
        world.Advance(milliseconds);
    }

    /// <summary>A member that is settled commits, and is heard.</summary>
    public void CommitOfAll()
    {
        foreach (var member in world.Live.Where(_ => world.Topics.Count > 0).ToList())
        {
            Assert.That(Commit(member.Group, member.Credential), Is.EqualTo(ErrorCode.None), $"{member} is settled and commits");
        }
    }

    T Any<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];

    SimulatedMember? Pick(Func<SimulatedMember, bool> condition) => world.Live.Where(condition).ToList() is { Count: > 0 } members ? Any(members) : null;

    void With(SimulatedMember? member, string what, Action<SimulatedMember> action)
    {
        if (member is null)
            return;
        world.Note($"{member} {what}");
        action(member);
    }

    static bool IsAwake(SimulatedMember member) => !member.IsStalled;

    void Compact()
    {
        world.Note("compacts");
        world.Compact();
    }

    void Restart()
    {
        world.Note("restarts");
        world.Restart();
    }

    void Join()
    {
        var group = Any(world.Groups);
        if (group.Live.Count() >= MaxMembers)
            return;
        var instanceId = random.Next(3) == 0 ? $"i{random.Next(4)}" : null;
        if (instanceId is null || group.Live.All(member => member.InstanceId != instanceId))
            Add(group, instanceId, AnyTopics());
    }

    void Add(SimulatedGroup group, string? instanceId, IReadOnlyList<string> topics)
    {
        var name = $"m{members++:000}";
        var rebalanceTimeoutMs = GroupSimulation.MinTimeoutMs + random.Next(20_000);
        var isClassic = group.Protocols == GroupProtocols.Classic || (group.Protocols == GroupProtocols.Either && random.Next(2) == 0);
        SimulatedMember member = isClassic
            ? new SimulatedClassicMember(world, group, name)
            {
                InstanceId = instanceId,
                Topics = topics,
                RebalanceTimeoutMs = rebalanceTimeoutMs,
                SessionTimeoutMs = 6000 + random.Next(14_000),
                IsCooperative = group.IsCooperative,
                JoinVersion = (short)(instanceId is null && random.Next(3) == 0 ? 5 : 9),
                Protocols = group.IsCooperative ? ["cooperative-sticky"] : random.Next(2) == 0 ? ["range", "roundrobin"] : ["roundrobin", "range"],
            }
            : new SimulatedConsumerMember(world, group, name)
            {
                InstanceId = instanceId,
                Topics = topics,
                Regex = random.Next(4) == 0 ? Any(regexes) : null,
                RebalanceTimeoutMs = rebalanceTimeoutMs,
                ServerAssignor = random.Next(4) == 0 ? "range" : null,
            };
        group.Members.Add(member);
        world.Note($"{member} joins {group.Id} as {instanceId ?? "itself"} for {string.Join(',', topics)}");
        member.Poll(random);
    }

    List<string> AnyTopics() => random.Next(2) == 0 ? [.. topicNames] : [.. topicNames.Where(_ => random.Next(2) == 0).DefaultIfEmpty("a0")];

    void Leave(SimulatedMember member)
    {
        if (member is SimulatedConsumerMember { InstanceId: not null } leaving && random.Next(2) == 0)
            leaving.LeaveForAWhile();
        else
            member.Leave();
    }

    /// <summary>The process ends and another is started in its place.</summary>
    void Replace(SimulatedMember member)
    {
        if (member is SimulatedConsumerMember { InstanceId: not null } leaving && random.Next(2) == 0)
            leaving.LeaveForAWhile();
        else if (member.InstanceId is null || member is SimulatedConsumerMember || random.Next(2) == 0)
            member.Kill();
        Add(member.Group, member.InstanceId, member.JoinedTopics);
    }

    void Subscribe(SimulatedMember member)
    {
        if (member is SimulatedConsumerMember consumer)
            consumer.Subscribe(AnyTopics(), random.Next(3) == 0 ? Any(regexes) : null);
        else
            ((SimulatedClassicMember)member).Subscribe(AnyTopics());
    }

    void CommitAsRetired()
    {
        var group = Any(world.Groups);
        if (group.Retired is not { Count: > 0 } retired)
            return;
        var credential = Any(retired);
        world.Note($"{credential} of {group.Id} commits, and may not");
        Assert.That(Commit(group, credential), Is.Not.EqualTo(ErrorCode.None), $"{credential} is not a member of {group.Id} any more");
    }

    void CommitAsNobody()
    {
        var group = Any(world.Groups);
        var hasMember = group.Live.Any(member => member.IsSettled && member.LastAcceptedMs == world.NowMs);
        world.Note($"nobody commits to {group.Id}, and {(hasMember ? "may not" : "may")}");
        var error = Commit(group, new("", null, -1));
        Assert.That(hasMember && error == ErrorCode.None, Is.False, $"{group.Id} has members");
    }

    ErrorCode Commit(SimulatedGroup group, Credential credential)
    {
        if (world.Topics is not { Count: > 0 } topics)
            return ErrorCode.UnknownTopicOrPartition;
        var topic = Any(topics);
        var (partition, offset) = (random.Next(topic.Partitions.Count), world.Committed.Next());
        var request = GroupOffsetRequests.CommitRequest(group.Id, topic.Name, partition, offset, $"by {credential.MemberId}");
        (request.MemberId, request.GroupInstanceId, request.GenerationIdOrMemberEpoch) = credential;
        using var connection = world.Broker.Connect();
        var error = world.Ask(connection, request, 9)?.Topics.Single().Partitions.Single().ErrorCode ?? ErrorCode.NotCoordinator;
        if (world.IsFailure(error))
            world.Committed.MaySet(group.Id, topic.Id, partition, offset);
        else if (error == ErrorCode.None)
            world.Committed.Set(group.Id, topic.Id, partition, offset);
        world.Note($"commit of {offset} for {topic.Name}-{partition}: {error}");
        return error;
    }

    void ChangeTopics()
    {
        var name = Any(topicNames);
        var topic = world.Image.FindTopic(name);
        var partitions = 1 + random.Next(4);
        if (topic is null)
            world.CreateTopic(name, new((ulong)random.NextInt64(1, long.MaxValue), (ulong)random.NextInt64()), partitions);
        else if (random.Next(3) == 0)
            world.DeleteTopic(topic);
        else if (topic.Partitions.Count < 8)
            world.AddPartitions(topic, partitions);
        world.Note($"{name} has {world.Image.FindTopic(name)?.Partitions.Count ?? 0} partitions");
    }

    void DeleteGroup()
    {
        var group = Any(world.Groups);
        var hasMember = group.Live.Any(member => member.IsSettled && member.LastAcceptedMs == world.NowMs);
        using var connection = world.Broker.Connect();
        var error = world.Ask(connection, new DeleteGroupsRequest { GroupsNames = [group.Id] }, 2)?.Results.Single().ErrorCode ?? ErrorCode.NotCoordinator;
        world.Note($"{group.Id} is to be deleted: {error}");
        if (world.IsFailure(error))
        {
            world.Committed.MayDelete(group.Id);
            group.Forget();
        }
        else if (error == ErrorCode.None)
        {
            Assert.That(hasMember, Is.False, $"{group.Id} has members");
            world.Committed.Delete(group.Id);
            group.Forget();
        }
    }

    void EmptyGroup()
    {
        foreach (var member in Any(world.Groups).Live.ToList())
            With(member, "leaves with all", static member => member.Leave());
    }
}
