using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>One run of a simulation: work with crashes, then quiet, in which everything has to find its place.</summary>
sealed class GroupRun(GroupSimulation world, int seed)
{
    /// <summary>As long as two timeouts one after the other, and a few heartbeats.</summary>
    const int ConvergenceMs = 90_000;
    const int HeartbeatMs = 2000;

    readonly Random random = new(seed);
    readonly GroupSteps steps = new(world, seed);

    public void Work(int count)
    {
        world.IsQuiet = false;
        if (random.Next(3) > 0)
            world.Disk.DiesAt = world.Disk.Operations + random.Next(600);
        for (var step = 0; step < count; step++)
        {
            try
            {
                steps.Step();
            }
            catch (IOException) when (world.HasFailed)
            {
                world.Note("the disk has failed");
            }

            if (world.HasFailed)
                Crash();
            if (step % 5 == 0)
                CheckHere();
        }

        world.Disk.DiesAt = -1;
        Check();
    }

    /// <summary>Nothing new happens: after a bounded time every member is settled, and every partition of what is subscribed to has one member.</summary>
    public void Converge()
    {
        world.Note("quiet");
        world.IsQuiet = true;
        steps.WakeAll();
        steps.JoinChanged();
        for (var waited = 0; !IsComplete(out var missing); waited += HeartbeatMs)
        {
            Assert.That(waited, Is.LessThan(ConvergenceMs), missing);
            steps.Advance(HeartbeatMs);
            steps.PollAll();
        }

        Check();
        steps.CommitOfAll();
        CheckBalance();
    }

    /// <summary>A broker that restarts, or loses its power, goes on with the groups as they are: nobody has to join again.</summary>
    public void CheckRestart()
    {
        var before = GroupFacts.Of(world.Broker, new HashSet<string>());
        var members = world.Live.ToDictionary(member => member, member => (member.Credential, member.Held));
        var isCrash = random.Next(2) == 0;
        world.Note(isCrash ? "crashes in all quiet" : "restarts in all quiet");
        if (isCrash)
            world.Crash(random);
        else
            world.Restart();
        Assert.That(GroupFacts.Of(world.Broker, new HashSet<string>()), Is.EqualTo(before), "a restart");
        for (var round = 0; round < 3; round++)
            steps.PollAll();
        foreach (var (member, (credential, held)) in members)
        {
            Assert.That(member.Credential, Is.EqualTo(credential), $"{member} after a restart");
            Assert.That(member.Held.SetEquals(held), $"{member} after a restart");
        }

        Check();
    }

    void Crash()
    {
        world.Note("crash");
        world.Crash(random);
        Check();
    }

    void CheckHere()
    {
        world.CheckOffsets();
        CheckEpochs();
    }

    void Check()
    {
        CheckHere();
        if (!world.HasFailed)
            world.CheckCopy();
    }

    void CheckEpochs()
    {
        using var connection = world.Broker.Connect();
        foreach (var group in world.Groups.Where(group => group.Protocols == GroupProtocols.Consumer))
        {
            if (world.Ask(connection, new ConsumerGroupDescribeRequest { GroupIds = [group.Id] }, 1)?.Groups.Single() is { ErrorCode: ErrorCode.None } described)
                Assert.That(described.GroupEpoch, Is.GreaterThanOrEqualTo(group.NewestEpoch), $"the epoch of {group.Id} does not go back");
        }
    }

    bool IsComplete(out string missing)
    {
        missing = "";
        foreach (var member in world.Live.Where(member => !member.IsSettled))
            missing += $"{member} is not settled; ";
        foreach (var group in world.Groups)
            missing += MissingOf(group);
        return missing.Length == 0;
    }

    string MissingOf(SimulatedGroup group)
    {
        var wanted = world.Topics.Where(topic => group.Live.Any(member => member.IsSubscribedTo(topic.Name)))
            .SelectMany(topic => topic.Partitions.Keys.Select(partition => (topic.Id, partition))).ToHashSet();
        var held = group.Live.SelectMany(member => member.Held).ToList();
        if (held.Count != held.Distinct().Count() || !wanted.SetEquals(held))
            return $"{group.Id} wants {string.Join(' ', wanted.Select(world.NameOf))}, and has {string.Join(' ', group.Live)}; ";
        if (group.Live.Any(member => member.Held.Any(held => !member.IsSubscribedTo(world.PartitionOf(held).Topic))))
            return $"{group.Id} has a member with what it does not want: {string.Join(' ', group.Live)}; ";
        var state = StateOf(group);
        var isExpected = group.Live.Any() ? state == "Stable" : state is "Empty" or "Dead";
        return isExpected ? "" : $"{group.Id} is {state}; ";
    }

    string StateOf(SimulatedGroup group)
    {
        using var connection = world.Broker.Connect();
        return connection.Send(new ListGroupsRequest(), 5).Groups.Where(listed => listed.GroupId == group.Id).Select(listed => listed.GroupState).SingleOrDefault("Dead");
    }

    /// <summary>Members that all subscribe to the same have the same, within one.</summary>
    void CheckBalance()
    {
        foreach (var group in world.Groups.Where(group => group.Protocols == GroupProtocols.Consumer && group.Live.Any()))
        {
            var members = group.Live.Cast<SimulatedConsumerMember>().ToList();
            var subscriptions = members.Select(member => (string.Join(',', member.Topics.Order()), member.Regex)).Distinct();
            if (members.Any(member => member.ServerAssignor is not null) || subscriptions.Count() > 1)
                continue;
            Assert.That(members.Max(member => member.Held.Count) - members.Min(member => member.Held.Count), Is.LessThanOrEqualTo(1), $"{group.Id}: {string.Join(' ', members)}");
        }
    }
}
