using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

/// <summary>A data directory that Apache Kafka 4.2 has written opens here whole, and stays whole while our broker runs on it.</summary>
[TestFixture("clean")]
[TestFixture("killed")]
public sealed class KafkaDirectoryTests : IDisposable
{
    /// <summary>Minutes after Kafka has written its last record.</summary>
    const long Now = 1795361000000;

    static readonly (string Name, string Value)[] settings =
        [("log.dirs", "data"), ("log.retention.ms", "-1"), ("log.cleaner.enable", "false"), ("metadata.log.max.record.bytes.between.snapshots", "1")];

    readonly List<TestBroker> brokers = [];
    readonly MemoryFileSystem files;
    readonly Dictionary<string, byte[]> original = [];

    public KafkaDirectoryTests(string kind)
    {
        files = SampleFiles.Of(kind, "data");
        foreach (var path in Paths(files).Where(IsInternalLog))
            original[path] = files.ReadAllBytes(path);
    }

    public void Dispose() => brokers.ForEach(broker => broker.Dispose());

    [Test]
    public void Clients_see_all_that_Kafka_has_written()
    {
        var broker = Open(files);

        Expect(broker, Expected());
        Assert.That(broker.Connect().Send(new DescribeClusterRequest(), 1).ClusterId, Is.EqualTo("l5Gez_o1SWyRG6StqaJmwA"));
    }

    [Test]
    public void DescribeTopicPartitions_tells_the_same_ids_and_partitions()
    {
        var request = new DescribeTopicPartitionsRequest { Topics = [.. Topics.Select(topic => new DescribeTopicPartitionsRequest.TopicRequest { Name = topic.Name })], ResponsePartitionLimit = 2000 };

        var described = Open(files).Connect().Send(request, 0).Topics;

        Assert.That(
            described.Select(topic => (topic.Name, topic.TopicId.ToString(), topic.Partitions.Count, topic.Partitions.All(partition => partition.LeaderId == 1 && partition.IsrNodes.SequenceEqual([1])))),
            Is.EquivalentTo(Topics.Select(topic => (topic.Name, topic.Id, topic.Partitions, true))));
    }

    [Test]
    public void The_client_quota_is_the_one_that_Kafka_s_tool_shows()
    {
        var entry = Open(files).Connect().Send(new DescribeClientQuotasRequest(), 1).Entries!.Single();

        Assert.That(entry.Entity.Select(part => (part.EntityType, part.EntityName)), Is.EqualTo(new[] { ("client-id", "app") }));
        Assert.That(entry.Values.Select(value => (value.Key, value.Value)), Is.EqualTo(new[] { ("producer_byte_rate", 1_000_000d) }));
    }

    [Test]
    public void Metadata_of_users_and_clients_is_kept_byte_for_byte_through_snapshots()
    {
        var kafka = Retained(files, "data/__cluster_metadata-0/00000000000000000000.log");
        Assert.That(kafka.Select(record => record.Type), Is.EquivalentTo(new[] { AccessControlEntryRecord.RecordType, UserScramCredentialRecord.RecordType, ClientQuotaRecord.RecordType }));

        var broker = Open(files);
        Assert.That(Hex(Used(broker)), Is.SupersetOf(Hex(kafka)));
        broker.CreateTopic("new");
        broker = Restart(broker);
        Assert.That(files.ListFiles("data/__cluster_metadata-0").Count(name => name.EndsWith(".checkpoint", StringComparison.Ordinal)), Is.GreaterThan(1));
        Assert.That(Hex(Used(broker)), Is.SupersetOf(Hex(kafka)));
        files.DeleteFile("data/__cluster_metadata-0/00000000000000000000.log");

        Assert.That(Hex(Used(Restart(broker))), Is.SupersetOf(Hex(kafka)), "from the snapshot alone");
        Assert.That(files.FileExists("data/__cluster_metadata-0/00000000000000000000.log"), Is.False, "the log goes on behind it");
    }

    [Test]
    public void All_is_the_same_after_our_broker_has_run_on_it()
    {
        var expected = Expected();
        var broker = Open(files);
        Run(broker, expected, "one");
        Expect(broker, expected);

        broker = Restart(broker);
        Expect(broker, expected);
        Run(broker, expected, "two");

        broker = Kill();
        Expect(broker, expected);
        Run(broker, expected, "three");
        Expect(Restart(broker), expected);
    }

    [Test]
    public void The_logs_of_the_coordinators_stay_byte_for_byte_what_they_were()
    {
        Assert.That(original.Keys.Select(path => path.Split('/')[1].Split('-')[0]).Distinct(), Is.EquivalentTo(new[] { "__consumer_offsets", "__transaction_state" }));
        var broker = Open(files);
        Run(broker, Expected(), "one");
        Restart(Restart(broker));

        foreach (var (path, bytes) in original)
            Assert.That(Convert.ToHexString(files.ReadAllBytes(path)), Is.EqualTo(Convert.ToHexString(bytes)), path);
        Assert.That(Paths(files).Where(IsInternalLog), Is.EquivalentTo(original.Keys));
    }

    [Test]
    public void The_next_leader_epoch_is_above_Kafkas()
    {
        var before = QuorumState.Read(files, "data/__cluster_metadata-0")!;

        Open(files);

        Assert.That(QuorumState.Read(files, "data/__cluster_metadata-0"), Is.EqualTo(new QuorumState(1, before.LeaderEpoch + 1)));
        Assert.That(System.Text.Encoding.UTF8.GetString(files.ReadAllBytes("data/__cluster_metadata-0/quorum-state")), Does.EndWith(
            """votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}"""), "the form that Kafka had written");
    }

    static readonly (string Name, string Id, int Partitions, (string Name, string Value)[] Configs)[] Topics =
    [
        ("rolled", "PArklLJSR7GPdtb8MIT9Bw", 1, [("message.timestamp.type", "LogAppendTime"), ("retention.ms", "-1"), ("segment.bytes", "1048576")]),
        ("tx", "iOW93iFEQneCrGGSvE0Wgg", 2, []),
        ("plain", "5xo1MxS-SN-j88SoSLvRkA", 3, [("max.message.bytes", "2000000")]),
        ("compacted", "HUbM0dyWTS6TRq0sEp-bsg", 1, [("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "0.01"), ("segment.ms", "1000")]),
        ("__consumer_offsets", "BSW-6_7aR4K0wFMgVKjgAw", 4, [("cleanup.policy", "compact"), ("compression.type", "producer"), ("segment.bytes", "104857600")]),
        ("__transaction_state", "SivOCQuyStGPptG_ee3k7Q", 4,
        [
            ("cleanup.policy", "compact"), ("compression.type", "uncompressed"), ("min.insync.replicas", "1"), ("segment.bytes", "104857600"), ("unclean.leader.election.enable", "false"),
        ]),
    ];

    static ClusterContents Expected()
    {
        var expected = new ClusterContents();
        foreach (var (name, id, partitions, configs) in Topics)
            expected.AddTopic(name, id, partitions, name.StartsWith("__", StringComparison.Ordinal), configs);
        SampleRecords.Expected().ForEach(expected.AddPartition);
        return expected;
    }

    /// <summary>What the internal topics hold is compared as bytes.</summary>
    static void Expect(TestBroker broker, ClusterContents expected)
    {
        var found = ClusterContents.Of(broker);
        Assert.That(found.Where(fact => !IsInternalRecord(fact.Key)), Is.EqualTo(expected.Where(fact => !IsInternalRecord(fact.Key))));
    }

    static bool IsInternalRecord(string fact) => fact.Contains(" __", StringComparison.Ordinal) && (fact.StartsWith("record", StringComparison.Ordinal) || fact.StartsWith("offsets", StringComparison.Ordinal));

    /// <summary>Creates a topic and produces to it and to one of Kafka's; every change takes a snapshot of the metadata.</summary>
    static void Run(TestBroker broker, ClusterContents expected, string name)
    {
        var id = broker.CreateTopic(name);
        expected.AddTopic(name, id.ToString(), partitions: 1, isInternal: false);
        expected.Append(name, 0, broker.Produce(name, 0, name), Now, name, start: 0);
        expected.Append("plain", 0, broker.Produce("plain", 0, name), Now, name, start: 5);
        // A transaction is open in this one: what comes behind it is not stable.
        expected.Append("tx", 1, broker.Produce("tx", 1, name), Now, name, start: 0, isStable: false);
    }

    static bool IsInternalLog(string path) => path.StartsWith("data/__", StringComparison.Ordinal) && path.EndsWith(".log", StringComparison.Ordinal) && !path.Contains("__cluster_metadata", StringComparison.Ordinal);

    static IEnumerable<string> Paths(MemoryFileSystem files) =>
        files.ListDirectories("data").SelectMany(directory => files.ListFiles($"data/{directory}").Select(name => $"data/{directory}/{name}"));

    static List<MetadataRecord> Retained(MemoryFileSystem files, string path)
    {
        List<MetadataRecord> records = [];
        var rest = files.ReadAllBytes(path).AsSpan();
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            foreach (var record in batch.ReadRecords())
            {
                if (!batch.IsControl && MetadataRecord.TryParse(record.Value.ToArray(), out var parsed)
                    && parsed.Type is AccessControlEntryRecord.RecordType or UserScramCredentialRecord.RecordType or ClientQuotaRecord.RecordType)
                    records.Add(parsed);
            }
        }

        return records;
    }

    static IEnumerable<MetadataRecord> Used(TestBroker broker) => SnapshotRecords.Of(broker.Broker.Cluster.Image);

    static string[] Hex(IEnumerable<MetadataRecord> records) => [.. records.Select(record => Convert.ToHexString(record.ToValue()))];

    TestBroker Open(MemoryFileSystem on)
    {
        brokers.Add(new(on, new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Now)), settings));
        return brokers[^1];
    }

    TestBroker Restart(TestBroker broker)
    {
        brokers.Add(broker.Restart());
        return brokers[^1];
    }

    /// <summary>What a kill leaves: the files as they are, and no broker that closes them.</summary>
    TestBroker Kill()
    {
        var left = new MemoryFileSystem();
        SampleFiles.Copy(files, left, "data");
        return Open(left);
    }
}
