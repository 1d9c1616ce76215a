namespace NettyKafka.Tests.Codec;

public sealed class MessageVectorTests
{
    static readonly string[] ControllerApis =
    [
        "AllocateProducerIds", "AlterPartition", "AssignReplicasToDirs", "BeginQuorumEpoch", "BrokerHeartbeat", "BrokerRegistration",
        "ControllerRegistration", "EndQuorumEpoch", "Envelope", "FetchSnapshot", "UpdateRaftVoter", "Vote",
    ];

    static readonly string[] ZooKeeperApis = ["ControlledShutdown", "LeaderAndIsr", "StopReplica", "UpdateMetadata"];

    /// <summary>Today ListConfigResources.</summary>
    static readonly string[] RenamedApis = ["ListClientMetricsResources"];

    public static IEnumerable<string> KnownNames => MessageVector.ByName.Select(vectors => vectors.Key).Where(name => MessageType.Find(name) is not null);

    [TestCaseSource(nameof(KnownNames))]
    public void Reads_every_field_and_writes_the_same_bytes(string name)
    {
        var type = MessageType.Find(name)!;
        var failures = MessageVector.ByName[name].SelectMany(vector => Differences(type, vector)).ToList();

        Assert.That(failures, Is.Empty);
    }

    [Test]
    public void Only_messages_that_no_broker_listener_has_are_left_out()
    {
        var foreign = MessageVector.ByName.Where(vectors => MessageType.Find(vectors.Key) is null).ToList();
        var all = MessageVector.ByName.Sum(vectors => vectors.Count());
        TestContext.Out.WriteLine($"{all - foreign.Sum(vectors => vectors.Count())} of {all} vectors ran");

        Assert.That(foreign.Select(vectors => vectors.Key), Is.EquivalentTo(
            ControllerApis.Concat(ZooKeeperApis).Concat(RenamedApis).SelectMany(api => new[] { api + "Request", api + "Response" })));
    }

    [TestCaseSource(nameof(KnownNames))]
    public void Has_vectors_of_every_version(string name)
    {
        var versions = MessageType.Find(name)!.Versions;

        Assert.That(
            MessageVector.ByName[name].Select(vector => vector.Version).Distinct(),
            Is.EquivalentTo(Enumerable.Range(versions.Min, versions.Max - versions.Min + 1)));
    }

    static IEnumerable<string> Differences(MessageType type, MessageVector vector)
    {
        var message = type.Read(vector.Bytes, vector.Version);
        foreach (var difference in MessageJson.Compare(message, vector.Value))
            yield return $"v{vector.Version}: {difference}";
        var written = type.Write(message, vector.Version);
        if (!written.AsSpan().SequenceEqual(vector.Bytes))
            yield return $"v{vector.Version}: wrote {Convert.ToHexStringLower(written)} for {Convert.ToHexStringLower(vector.Bytes)}";
    }
}
