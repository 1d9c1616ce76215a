using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Network;

/// <summary>Partitions created and deleted count against controller_mutation_rate: newer versions are refused what an overdrawn quota cannot give, older ones wait.</summary>
public sealed class MutationQuotaTests : IDisposable
{
    readonly TestBroker broker = new();

    public MutationQuotaTests()
    {
        broker.CreateTopic("old", 3);
        broker.SetQuota("controller_mutation_rate", 1, ("client-id", "app"));
    }

    public void Dispose() => broker.Dispose();

    [TestCase(6, true)]
    [TestCase(7, true)]
    [TestCase(5, false)]
    [TestCase(2, false)]
    public void Topics_are_created_until_the_quota_is_overdrawn(short version, bool isStrict)
    {
        var response = Create(version, ("first", 20), ("second", 1));

        Assert.That(response.Topics.Select(topic => topic.ErrorCode), Is.EqualTo(new[] { ErrorCode.None, isStrict ? ErrorCode.ThrottlingQuotaExceeded : ErrorCode.None }));
        Assert.That(response.ThrottleTimeMs, Is.EqualTo(isStrict ? 9000 : 10_000), "11 are saved up");
        Assert.That(broker.Broker.Cluster.Image.FindTopic("second") is null, Is.EqualTo(isStrict));
    }

    [Test]
    public void The_message_is_Kafka_s_and_later_it_works()
    {
        Assert.That(Create(7, ("first", 20)).ThrottleTimeMs, Is.Zero, "what overdraws it is still done");

        var refused = Create(7, ("second", 1));
        Assert.That(refused.Topics.Single().ErrorMessage, Is.EqualTo("The throttling quota has been exceeded."));
        broker.Time.Advance(TimeSpan.FromMilliseconds(refused.ThrottleTimeMs));
        Assert.That(Create(7, ("second", 1)).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [TestCase(5, true)]
    [TestCase(4, false)]
    public void Deleting_counts_the_partitions_of_the_topic(short version, bool isStrict)
    {
        Create(7, ("first", 12));

        var response = broker.Connect("app").Send(new DeleteTopicsRequest { TopicNames = ["old"] }, version);

        Assert.That(response.Responses.Single().ErrorCode, Is.EqualTo(isStrict ? ErrorCode.ThrottlingQuotaExceeded : ErrorCode.None));
        Assert.That(response.ThrottleTimeMs, Is.EqualTo(isStrict ? 1000 : 4000));
        Assert.That(broker.Broker.Cluster.Image.FindTopic("old") is null, Is.EqualTo(!isStrict));
    }

    [TestCase(3, true)]
    [TestCase(2, false)]
    public void Only_the_partitions_that_are_added_count(short version, bool isStrict)
    {
        Create(7, ("first", 12));

        var response = broker.Connect("app").Send(new CreatePartitionsRequest { Topics = [new() { Name = "old", Count = 5, Assignments = null }] }, version);

        Assert.That(response.Results.Single().ErrorCode, Is.EqualTo(isStrict ? ErrorCode.ThrottlingQuotaExceeded : ErrorCode.None));
        Assert.That(response.ThrottleTimeMs, Is.EqualTo(isStrict ? 1000 : 3000));
        Assert.That(broker.Broker.Cluster.Image.FindTopic("old")!.Partitions, Has.Count.EqualTo(isStrict ? 3 : 5));
    }

    [Test]
    public void A_topic_that_is_created_by_asking_for_it_counts_too()
    {
        Create(7, ("first", 12));

        Assert.That(Describe("second").ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        broker.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Describe("second").ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    MetadataResponse.MetadataResponseTopic Describe(string topic) =>
        broker.Connect("app").Send(new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = true }, 12).Topics.Single();

    CreateTopicsResponse Create(short version, params (string Name, int Partitions)[] topics) => broker.Connect("app").Send(
        new CreateTopicsRequest { Topics = [.. topics.Select(topic => new CreateTopicsRequest.CreatableTopic { Name = topic.Name, NumPartitions = topic.Partitions, ReplicationFactor = 1 })] }, version);
}
