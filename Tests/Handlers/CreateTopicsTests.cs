using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class CreateTopicsTests : IDisposable
{
    readonly TestBroker broker = new(("num.partitions", "4"));
    readonly TestConnection connection;

    public CreateTopicsTests() => connection = broker.Connect();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_creates([Range(0, 7)] short version)
    {
        var result = Create(Topic("orders", 2), version);

        Assert.That(result.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Produce("orders", 1, "there"), Is.Zero);
    }

    [Test]
    public void The_newest_version_tells_what_was_created()
    {
        var topic = Topic("orders", 2);
        topic.Configs.Add(new() { Name = "retention.ms", Value = "1000" });

        var result = Create(topic, 7);

        Assert.That((result.NumPartitions, result.ReplicationFactor), Is.EqualTo((2, (short)1)));
        Assert.That(result.TopicId, Is.EqualTo(broker.Broker.Cluster.Image.FindTopic("orders")!.Id));
        var retention = result.Configs!.Single(config => config.Name == "retention.ms");
        Assert.That((retention.Value, retention.ConfigSource), Is.EqualTo(("1000", (sbyte)1)), "a dynamic topic config");
    }

    [Test]
    public void Minus_one_means_the_brokers_defaults() => Assert.That(Create(Topic("orders", -1, -1), 7).NumPartitions, Is.EqualTo(4));

    [TestCase("orders", ErrorCode.TopicAlreadyExists, "Topic 'orders' already exists.")]
    [TestCase("", ErrorCode.InvalidTopicException, "Topic name is invalid: the empty string is not allowed")]
    [TestCase("..", ErrorCode.InvalidTopicException, "Topic name is invalid: '.' or '..' is not allowed")]
    [TestCase("a b", ErrorCode.InvalidTopicException, "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [TestCase("a_b", ErrorCode.InvalidTopicException, "Topic 'a_b' collides with existing topic: a.b")]
    [TestCase("__cluster_metadata", ErrorCode.InvalidRequest, "Creation of internal topic __cluster_metadata is prohibited.")]
    public void Names_follow_Kafkas_rules(string name, ErrorCode error, string message)
    {
        broker.CreateTopic("orders");
        broker.CreateTopic("a.b");

        var result = Create(Topic(name), 7);

        Assert.That((result.ErrorCode, result.ErrorMessage), Is.EqualTo((error, message)));
    }

    [Test]
    public void A_name_has_at_most_249_letters()
    {
        Assert.That(Create(Topic(new('x', 249)), 7).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(Create(Topic(new('x', 250)), 7).ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));
    }

    [TestCase(0, 1, ErrorCode.InvalidPartitions)]
    [TestCase(-2, 1, ErrorCode.InvalidPartitions)]
    [TestCase(1, 0, ErrorCode.InvalidReplicationFactor)]
    [TestCase(1, 2, ErrorCode.InvalidReplicationFactor)]
    [TestCase(10_001, 1, ErrorCode.PolicyViolation)]
    public void Counts_are_checked(int partitions, short replicationFactor, ErrorCode error) =>
        Assert.That(Create(Topic("orders", partitions, replicationFactor), 7).ErrorCode, Is.EqualTo(error));

    [TestCase("no.such.config", "1")]
    [TestCase("retention.ms", "soon")]
    [TestCase("retention.ms", null)]
    [TestCase("cleanup.policy", "shred")]
    public void A_config_that_is_not_valid_is_refused(string name, string? value)
    {
        var topic = Topic("orders");
        topic.Configs.Add(new() { Name = name, Value = value });

        var result = Create(topic, 7);

        Assert.That(result.ErrorCode, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(result.ErrorMessage, Does.Contain(name));
    }

    [Test]
    public void Of_a_config_named_twice_the_last_value_counts()
    {
        var topic = Topic("orders");
        topic.Configs.AddRange([new() { Name = "retention.ms", Value = "1" }, new() { Name = "retention.ms", Value = "2" }]);

        Assert.That(Create(topic, 7).Configs!.Single(config => config.Name == "retention.ms").Value, Is.EqualTo("2"));
    }

    [Test]
    public void Ten_thousand_partitions_fit_one_change() => Assert.That(Create(Topic("orders", 10_000), 7).ErrorCode, Is.EqualTo(ErrorCode.None));

    [Test]
    public void Validating_only_creates_nothing()
    {
        var request = new CreateTopicsRequest { Topics = [Topic("orders")], ValidateOnly = true };

        Assert.That(connection.Send(request, 7).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Broker.Cluster.Image.FindTopic("orders"), Is.Null);
    }

    [Test]
    public void A_manual_assignment_is_kept()
    {
        var topic = Topic("orders", -1, -1);
        topic.Assignments.AddRange([new() { PartitionIndex = 0, BrokerIds = [1] }, new() { PartitionIndex = 1, BrokerIds = [1] }]);

        Assert.That(Create(topic, 7).NumPartitions, Is.EqualTo(2));
    }

    [TestCase(0, 2, -1, ErrorCode.InvalidReplicaAssignment, Description = "broker 2 is not registered")]
    [TestCase(1, 1, -1, ErrorCode.InvalidReplicaAssignment, Description = "partitions begin with 0")]
    [TestCase(0, 1, 1, ErrorCode.InvalidRequest, Description = "not together with a number of partitions")]
    public void A_manual_assignment_is_checked(int partition, int node, int numPartitions, ErrorCode error)
    {
        var topic = Topic("orders", numPartitions, -1);
        topic.Assignments.Add(new() { PartitionIndex = partition, BrokerIds = [node] });

        Assert.That(Create(topic, 7).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void A_name_twice_in_a_request_is_refused_and_the_others_are_created()
    {
        var results = connection.Send(new CreateTopicsRequest { Topics = [Topic("twice"), Topic("once"), Topic("twice")] }, 7).Topics;

        Assert.That(results.Single(topic => topic.Name == "twice").ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(results.Single(topic => topic.Name == "once").ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Two_names_of_one_request_that_collide_do_not_both_get_in()
    {
        var results = connection.Send(new CreateTopicsRequest { Topics = [Topic("a.b"), Topic("a_b")] }, 7).Topics;

        Assert.That(results.Select(topic => topic.ErrorCode), Is.EqualTo(new[] { ErrorCode.None, ErrorCode.InvalidTopicException }));
    }

    [Test]
    public void Topics_ids_configs_and_records_survive_a_restart()
    {
        var id = broker.CreateTopic("orders", 2, ("max.message.bytes", "500"));
        broker.Produce("orders", 1, "kept");

        using var restarted = broker.Restart();

        var topic = restarted.Broker.Cluster.Image.FindTopic("orders")!;
        Assert.That(topic.Id, Is.EqualTo(id));
        Assert.That(topic.Partitions.Keys, Is.EqualTo(new[] { 0, 1 }));
        var partition = restarted.Partitions.Find(new("orders", 1))!;
        Assert.That(partition.Bounds.HighWatermark, Is.EqualTo(1));
        Assert.That(partition.Log.Config.MaxMessageBytes, Is.EqualTo(500));
    }

    CreateTopicsResponse.CreatableTopicResult Create(CreateTopicsRequest.CreatableTopic topic, short version) =>
        connection.Send(new CreateTopicsRequest { Topics = [topic] }, version).Topics.Single();

    static CreateTopicsRequest.CreatableTopic Topic(string name, int partitions = 1, short replicationFactor = 1) => new()
    {
        Name = name,
        NumPartitions = partitions,
        ReplicationFactor = replicationFactor,
    };
}
