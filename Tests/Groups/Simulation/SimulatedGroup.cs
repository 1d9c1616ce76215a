namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>What the members of a group may speak.</summary>
enum GroupProtocols
{
    Classic,
    Consumer,
    Either,
}

/// <summary>A group as its clients know it: who is in it, which generations it has had, and who may not commit any more.</summary>
sealed class SimulatedGroup(string id, GroupProtocols protocols, bool isCooperative)
{
    const int MaxRetired = 30;

    readonly Dictionary<int, List<Dictionary<string, byte[]>>> assignments = [];
    readonly Dictionary<int, Dictionary<string, byte[]>> synced = [];
    readonly Dictionary<string, SimulatedMember> instances = [];
    readonly List<Credential> retired = [];

    public string Id => id;

    public GroupProtocols Protocols => protocols;

    public bool IsCooperative => isCooperative;

    public List<SimulatedMember> Members { get; } = [];

    public IEnumerable<SimulatedMember> Live => Members.Where(member => !member.IsGone);

    /// <summary>The newest generation that a member has been given an assignment in.</summary>
    public int NewestGeneration => synced.Count == 0 ? 0 : synced.Keys.Max();

    /// <summary>The newest epoch that a member of the consumer protocol has heard of.</summary>
    public int NewestEpoch { get; private set; }

    /// <summary>
    /// Whoever commits with one of these is refused. What a classic generation was is in the log when the next one has its assignments: before that a crash brings it back.
    /// </summary>
    public IReadOnlyList<Credential> Retired => protocols switch
    {
        GroupProtocols.Classic => retired.FindAll(credential => credential.Epoch < NewestGeneration),
        GroupProtocols.Consumer => retired,
        // Epochs begin anew where an empty group changes its protocol.
        _ => retired.FindAll(credential => Members.Exists(member => member is SimulatedConsumerMember { IsGone: true } && member.MemberId == credential.MemberId)),
    };

    /// <summary>What the leader of the newest generation has seen of the topics.</summary>
    public string SeenTopics { get; private set; } = "";

    /// <summary>A member has moved on, or is out.</summary>
    public void Retire(Credential credential)
    {
        if (credential.Epoch < 0 || credential.MemberId.Length == 0)
            return;
        retired.Add(credential);
        if (retired.Count > MaxRetired)
            retired.RemoveAt(0);
    }

    public void SawEpoch(int epoch) => NewestEpoch = Math.Max(NewestEpoch, epoch);

    /// <summary>A leader has assigned a generation.</summary>
    public void Assigned(int generation, Dictionary<string, byte[]> assigned, string seenTopics)
    {
        SeenTopics = seenTopics;
        if (!assignments.TryGetValue(generation, out var all))
            assignments[generation] = all = [];
        all.Add(assigned);
    }

    /// <summary>A member has been told what it has in a generation: what a leader of that generation has said, and nobody else has it.</summary>
    public void Synced(SimulatedMember member, byte[] assignment)
    {
        // The coordinator may have assigned it, each member in an epoch of its own.
        if (protocols == GroupProtocols.Either)
            return;
        var partitions = SimulatedLeader.PartitionsOf(assignment).ToHashSet();
        if (!synced.TryGetValue(member.Epoch, out var told))
            synced[member.Epoch] = told = [];
        var key = member.InstanceId ?? member.MemberId;
        foreach (var (other, its) in told.Where(each => each.Key != key))
            Assert.That(partitions.Overlaps(SimulatedLeader.PartitionsOf(its)), Is.False, $"{other} and {member} have a partition both in generation {member.Epoch} of {id}");
        told[key] = assignment;
        if (partitions.Count == 0)
            return;
        var said = assignments.GetValueOrDefault(member.Epoch, []);
        Assert.That(said.Any(all => all.Values.Any(its => its.AsSpan().SequenceEqual(assignment))), $"{member} has been assigned what no leader of generation {member.Epoch} has said");
        if (said.FirstOrDefault(all => all.ContainsKey(member.MemberId)) is { } own)
            Assert.That(said.Any(all => all.TryGetValue(member.MemberId, out var its) && its.AsSpan().SequenceEqual(assignment)), $"{member} has been assigned another's part of generation {member.Epoch}: {own.Count}");
    }

    /// <summary>A process has joined as an instance, or may have: whoever was it before is not any more.</summary>
    public void Takes(SimulatedMember member)
    {
        if (member.InstanceId is not null)
            instances[member.InstanceId] = member;
    }

    /// <summary>Another process has taken the member's instance id since.</summary>
    public bool HasSuccessor(SimulatedMember member) => member.InstanceId is not null && instances.TryGetValue(member.InstanceId, out var last) && last != member;

    /// <summary>It has been deleted: generations and epochs begin anew, and with them the credentials of clients that choose their ids.</summary>
    public void Forget()
    {
        assignments.Clear();
        synced.Clear();
        retired.Clear();
        NewestEpoch = 0;
    }
}
