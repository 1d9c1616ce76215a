using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Classic;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Classic;

/// <summary>A classic group in its topic, byte for byte as Kafka 4.2 writes it.</summary>
public sealed class ClassicGroupRecordsTests
{
    [Test]
    public void A_group_of_Kafkas_is_written_as_Kafka_has_written_it()
    {
        var (created, stable, empty) = RecordsOfKafka();

        var group = ClassicGroup.Load("g-classic", Value(stable));

        AssertSame(ClassicGroupRecords.Of("g-classic", ClassicGroupRecords.New(Value(created).CurrentStateTimestamp)), created);
        AssertSame(ClassicGroupRecords.Of("g-classic", ClassicGroupRecords.Generation(group, static member => member.Assignment)), stable);
        AssertSame(ClassicGroupRecords.Of("g-classic", ClassicGroupRecords.Empty(group, Value(empty).CurrentStateTimestamp)), empty);
    }

    [Test]
    public void A_group_of_Kafkas_is_read_with_its_member()
    {
        var (_, stable, _) = RecordsOfKafka();

        var group = ClassicGroup.Load("g-classic", Value(stable));

        var member = group.Members.All.Single();
        Assert.That((group.State, group.Generation, group.ProtocolType, group.ProtocolName, group.LeaderId), Is.EqualTo((ClassicGroupState.Stable, 1, "consumer", "range", member.MemberId)));
        Assert.That((member.ClientId, member.ClientHost, member.SessionTimeoutMs, member.RebalanceTimeoutMs), Is.EqualTo(("rdkafka", "/127.0.0.1", 45_000, 300_000)));
        Assert.That((group.IsSubscribedTo("plain"), group.IsSubscribedTo("tx")), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_group_is_read_from_a_record_of_any_version([Range(0, 4)] short version)
    {
        var value = new GroupMetadataValue
        {
            ProtocolType = "consumer",
            Generation = 3,
            Protocol = "range",
            Leader = "m",
            CurrentStateTimestamp = 7,
            Members = [new() { MemberId = "m", GroupInstanceId = "one", ClientId = "c", ClientHost = "/::1", RebalanceTimeout = 60_000, SessionTimeout = 10_000, Subscription = [1], Assignment = [2] }],
        };

        var group = ClassicGroup.Load("g", Value(CoordinatorRecord.Of(GroupMetadataKey.RecordType, new GroupMetadataKey { Group = "g" }, value, version)));

        var member = group.Members.All.Single();
        Assert.That((group.Generation, group.LeaderId, group.StateTimestampMs), Is.EqualTo((3, "m", version >= 2 ? 7 : (long?)null)));
        Assert.That((member.GroupInstanceId, member.RebalanceTimeoutMs), Is.EqualTo((version >= 3 ? "one" : null, version >= 1 ? 60_000 : 10_000)));
        Assert.That((member.MetadataOf("range"), member.Assignment), Is.EqualTo((new byte[] { 1 }, new byte[] { 2 })));
    }

    [Test]
    public async Task A_group_is_written_when_it_is_made_when_it_is_assigned_and_when_it_is_empty()
    {
        using var broker = new TestBroker();
        var member = new ClassicMember(broker, "group") { ClientId = "rdkafka" };
        ClassicMember.Stabilize(member);
        member.Heartbeat();
        member.Leave();

        var values = (await RecordsOfAsync(broker)).ConvertAll(Value);

        Assert.That(
            values.Select(value => (value.ProtocolType, value.Generation, value.Protocol, value.Leader, value.Members.Count)),
            Is.EqualTo(new[] { ("", 0, null, null, 0), ("consumer", 1, "range", member.MemberId, 1), ("consumer", 2, null, null, 0) }));
        Assert.That(values.Select(value => value.CurrentStateTimestamp), Is.All.EqualTo(TestBatch.Now));
        Assert.That((values[1].Members[0].ClientId, values[1].Members[0].SessionTimeout, values[1].Members[0].RebalanceTimeout), Is.EqualTo(("rdkafka", 10_000, 60_000)));
        Assert.That(values[1].Members[0].Subscription, Is.EqualTo(ClassicMember.Subscription("orders")));
    }

    [Test]
    public async Task A_group_that_is_deleted_leaves_a_tombstone()
    {
        using var broker = new TestBroker();
        var member = new ClassicMember(broker, "group");
        ClassicMember.Stabilize(member);
        member.Leave();
        broker.Connect().DeleteGroup("group");

        Assert.That((await RecordsOfAsync(broker))[^1].IsTombstone);
    }

    /// <summary>When it was made, when it was assigned, and when it was empty.</summary>
    static (CoordinatorRecord Created, CoordinatorRecord Stable, CoordinatorRecord Empty) RecordsOfKafka()
    {
        var records = Records(KafkaSample.Files["__consumer_offsets-0/00000000000000000000.log"]);
        return (records[0], records[1], records[2]);
    }

    static async Task<List<CoordinatorRecord>> RecordsOfAsync(TestBroker broker)
    {
        var partition = broker.Partitions.Find(new TopicPartition("__consumer_offsets", 0))!;
        var read = await partition.ReadAsync(0, 1 << 20, FetchIsolation.LogEnd, minOneBatch: true);
        return Records(read.Records.Span);
    }

    static List<CoordinatorRecord> Records(Span<byte> log)
    {
        List<CoordinatorRecord> records = [];
        while (RecordBatch.TryTakeFirst(ref log, out var batch))
        {
            foreach (var record in batch.ReadRecords())
                records.Add(new(record.Key.ToArray(), record.HasValue ? record.Value.ToArray() : null));
        }

        return records.FindAll(record => record.Type == GroupMetadataKey.RecordType);
    }

    static GroupMetadataValue Value(CoordinatorRecord record) => record.DecodeValue<GroupMetadataValue>()!;

    static void AssertSame(CoordinatorRecord ours, CoordinatorRecord kafkas)
    {
        Assert.That(ours.Key, Is.EqualTo(kafkas.Key));
        Assert.That(ours.Value, Is.EqualTo(kafkas.Value));
    }
}
