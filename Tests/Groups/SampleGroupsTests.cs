using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups;

/// <summary>The groups in data directories that Apache Kafka 4.2 has written are those that Kafka shows.</summary>
[TestFixture("clean")]
[TestFixture("killed")]
public sealed class SampleGroupsTests(string kind) : IDisposable
{
    /// <summary>Minutes after Kafka has written its last record.</summary>
    const long Now = 1795361000000;

    TestBroker broker = new(SampleFiles.Of(kind, "data"), new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Now)), ("log.retention.ms", "-1"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Committed_offsets_are_what_Kafka_answers([Values] bool restarted)
    {
        if (restarted)
            broker = broker.Restart();

        var groups = Expected();

        Assert.That(groups, Has.Count.EqualTo(2));
        foreach (var (group, offsets) in groups)
        {
            var all = broker.Connect().Send(new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = null }] }, 9).Groups.Single().Topics.Single();
            Assert.That(all.Name, Is.EqualTo("plain"));
            Assert.That(all.Partitions.Select(partition => (partition.PartitionIndex, partition.CommittedOffset)).Order(), Is.EqualTo(offsets));
        }
    }

    static List<(string Group, List<(int Partition, long Offset)> Offsets)> Expected()
    {
        List<(string Group, List<(int Partition, long Offset)> Offsets)> expected = [];
        foreach (var line in KafkaSample.ReadLines("expected.jsonl.gz"))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("group", out var group))
                expected.Add((group.GetString()!, [.. json.RootElement.GetProperty("committed").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt64()))]));
        }

        return expected;
    }
}
