using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security;
using NettyKafka.Tests.Support;
using ResourceType = NettyKafka.Server.Cluster.ResourceType;

namespace NettyKafka.Tests.Security;

/// <summary>Who may not describe something learns neither its name nor whether it exists; and each is told which operations are open to it.</summary>
public sealed class VisibilityTests : IDisposable
{
    const string Client = "alice";

    readonly TestBroker broker = new(AclRequests.Settings);
    readonly TestConnection client;

    public VisibilityTests()
    {
        broker.CreateTopic("mine");
        broker.CreateTopic("secret");
        client = broker.ConnectAs(Client);
        broker.Allow(Client, AclOperation.Describe, ResourceType.Topic, "mine");
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Of_all_topics_only_those_are_listed_that_may_be_described()
    {
        Assert.That(client.Send(new MetadataRequest { Topics = null }, 12).Topics.Select(topic => topic.Name), Is.EqualTo(new[] { "mine" }));
        Assert.That(client.Send(new DescribeTopicPartitionsRequest { ResponsePartitionLimit = 10 }, 0).Topics.Select(topic => topic.Name), Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public void A_regular_expression_matches_only_topics_that_may_be_described()
    {
        broker.Allow(Client, AclOperation.Read, ResourceType.Group, "g");
        var member = new ConsumerMember(client, "g") { Regex = ".*" };
        member.Join();
        member.Poll();
        Assert.That(member.Owned, Has.Count.EqualTo(1), "mine");

        broker.CreateTopic("mine-too");
        broker.CreateTopic("secret-too");
        broker.Allow(Client, AclOperation.Describe, ResourceType.Topic, "mine-too");
        broker.CreateTopic("one-more");
        member.Heartbeat();
        member.Poll();

        Assert.That(member.Owned, Has.Count.EqualTo(2));
    }

    [Test]
    public void After_a_restart_a_regular_expression_waits_for_who_subscribes_by_it()
    {
        broker.Allow(Client, AclOperation.Read, ResourceType.Group, "g");
        broker.Allow("bob", AclOperation.Read, ResourceType.Group, "g");
        broker.Allow("bob", AclOperation.Describe, ResourceType.Topic, "mine");
        var member = new ConsumerMember(client, "g") { Regex = ".*" };
        member.Join();
        member.Poll();
        var other = new ConsumerMember(broker.ConnectAs("bob"), "g") { Topics = ["mine"] }.Join();
        using var restarted = broker.Restart();
        restarted.CreateTopic("secret-too");

        (member.Connection, other.Connection) = (restarted.ConnectAs(Client), restarted.ConnectAs("bob"));
        other.Heartbeat();
        other.Poll();
        member.Heartbeat();
        member.Poll();
        other.Poll();

        Assert.That(member.Owned.Concat(other.Owned).Select(owned => owned.TopicId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void The_ACL_of_Kafkas_own_directory_counts()
    {
        using var sample = new TestBroker(SampleFiles.Of("clean", "data"), [("log.retention.ms", "-1"), .. AclRequests.Settings]);

        Assert.That(sample.ConnectAs(Client).Send(new MetadataRequest { Topics = null }, 9).Topics.Select(topic => topic.Name), Is.EqualTo(new[] { "plain" }));
    }

    [Test]
    public void A_secret_topic_looks_like_one_that_is_not_there()
    {
        foreach (var name in new[] { "secret", "nothing", "in valid" })
        {
            var topic = client.Send(new MetadataRequest { Topics = [new() { Name = name }], AllowAutoTopicCreation = true }, 12).Topics.Single();
            var described = client.Send(new DescribeTopicPartitionsRequest { Topics = [new() { Name = name }], ResponsePartitionLimit = 10 }, 0).Topics.Single();
            var produced = client.Send(TestBroker.ProduceRequestOf(name, 5, TestBatch.Of("a").Span.ToArray()), 9).Responses.Single().PartitionResponses.Single();
            var deleted = client.Send(new DeleteTopicsRequest { TopicNames = [name] }, 5).Responses.Single();

            Assert.That((topic.ErrorCode, topic.Name, topic.TopicId, topic.Partitions.Count), Is.EqualTo((ErrorCode.TopicAuthorizationFailed, name, default(Uuid), 0)));
            Assert.That((described.ErrorCode, described.TopicId, described.Partitions.Count), Is.EqualTo((ErrorCode.TopicAuthorizationFailed, default(Uuid), 0)));
            Assert.That(produced.ErrorCode, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
            Assert.That((deleted.ErrorCode, deleted.Name, deleted.TopicId), Is.EqualTo((ErrorCode.TopicAuthorizationFailed, name, default(Uuid))));
        }

        Assert.That(broker.Broker.Cluster.Image.FindTopic("nothing"), Is.Null);
    }

    [Test]
    public void An_id_does_not_tell_the_name_that_belongs_to_it()
    {
        var id = broker.Broker.Cluster.Image.FindTopic("secret")!.Id;

        var topic = client.Send(new MetadataRequest { Topics = [new() { TopicId = id }] }, 12).Topics.Single();
        var deleted = client.Send(new DeleteTopicsRequest { Topics = [new() { TopicId = id }] }, 6).Responses.Single();

        Assert.That((topic.ErrorCode, topic.Name, topic.TopicId), Is.EqualTo((ErrorCode.TopicAuthorizationFailed, (string?)null, id)));
        Assert.That((deleted.ErrorCode, deleted.Name, deleted.TopicId), Is.EqualTo((ErrorCode.TopicAuthorizationFailed, (string?)null, id)));
    }

    [Test]
    public void Who_may_describe_a_topic_is_told_which_one_may_not_be_deleted()
    {
        var id = broker.Broker.Cluster.Image.FindTopic("mine")!.Id;

        var deleted = client.Send(new DeleteTopicsRequest { Topics = [new() { TopicId = id }] }, 6).Responses.Single();

        Assert.That((deleted.ErrorCode, deleted.Name), Is.EqualTo((ErrorCode.TopicAuthorizationFailed, "mine")));
        Assert.That(client.Send(new DeleteTopicsRequest { TopicNames = ["gone"] }, 5).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
    }

    [Test]
    public void Groups_and_transactions_are_listed_for_whom_may_describe_them()
    {
        broker.Connect().Commit("a", "mine", 0, 1);
        broker.Connect().Commit("b", "mine", 0, 1);
        new TransactionalProducer(broker.Connect(), "tx-a").Init();
        new TransactionalProducer(broker.Connect(), "tx-b").Init();
        broker.Allow(Client, AclOperation.Describe, ResourceType.Group, "a");
        broker.Allow(Client, AclOperation.Write, ResourceType.TransactionalId, "tx-b");

        Assert.That(client.Groups(), Is.EqualTo(new[] { "a" }));
        Assert.That(client.Send(new ListTransactionsRequest(), 2).TransactionStates.Select(state => state.TransactionalId), Is.EqualTo(new[] { "tx-b" }));
        broker.Allow(Client, AclOperation.Describe, ResourceType.Cluster, Authorizer.ClusterName);
        Assert.That(client.Groups(), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void Of_a_group_s_offsets_those_of_secret_topics_are_left_out()
    {
        broker.Connect().Commit("g", "mine", 0, 1);
        broker.Connect().Commit("g", "secret", 0, 1);
        broker.Allow(Client, AclOperation.Describe, ResourceType.Group, "g");

        var all = client.Send(new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = null }] }, 9).Groups.Single();

        Assert.That(all.Topics.Select(topic => topic.Name), Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public void Of_a_transaction_secret_topics_are_left_out()
    {
        var producer = new TransactionalProducer(broker.Connect(), "tx").Init();
        producer.Produce(new("mine", 0), "a");
        producer.Produce(new("secret", 0), "a");
        broker.Allow(Client, AclOperation.Describe, ResourceType.TransactionalId, "tx");

        var state = client.Send(new DescribeTransactionsRequest { TransactionalIds = ["tx"] }, 0).TransactionStates.Single();

        Assert.That(state.Topics.Select(topic => topic.Topic), Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public void What_may_not_be_written_to_does_not_get_into_a_transaction()
    {
        var producer = new TransactionalProducer(client, "tx");
        broker.Allow(Client, AclOperation.Write, ResourceType.TransactionalId, "tx");
        producer.Init();

        Assert.That(producer.Produce(new("secret", 0), "a"), Is.EqualTo(ErrorCode.TopicAuthorizationFailed));

        Assert.That(new TransactionalProducer(broker.Connect(), "tx").Describe().Topics, Is.Empty);
    }

    [Test]
    public void Operations_are_told_as_far_as_they_are_allowed()
    {
        const int describe = 1 << (int)AclOperation.Describe;
        broker.Allow(Client, AclOperation.Read, ResourceType.Group, "g");
        var topics = new MetadataRequest { Topics = [new() { Name = "mine" }], IncludeTopicAuthorizedOperations = true, IncludeClusterAuthorizedOperations = true };

        Assert.That(client.Send(topics, 9).Topics.Single().TopicAuthorizedOperations, Is.EqualTo(describe));
        Assert.That(client.Send(topics, 9).ClusterAuthorizedOperations, Is.Zero);
        Assert.That(client.Send(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, 1).ClusterAuthorizedOperations, Is.Zero);
        Assert.That(
            client.Send(new DescribeGroupsRequest { Groups = ["g"], IncludeAuthorizedOperations = true }, 5).Groups.Single().AuthorizedOperations,
            Is.EqualTo(describe | (1 << (int)AclOperation.Read)));

        broker.Allow(Client, AclOperation.Alter, ResourceType.Cluster, Authorizer.ClusterName);
        Assert.That(
            client.Send(new DescribeClusterRequest { IncludeClusterAuthorizedOperations = true }, 1).ClusterAuthorizedOperations,
            Is.EqualTo(describe | (1 << (int)AclOperation.Alter)));
        Assert.That(
            broker.ConnectAs(AclRequests.Admin).Send(new DescribeTopicPartitionsRequest { Topics = [new() { Name = "mine" }], ResponsePartitionLimit = 1 }, 0).Topics.Single().TopicAuthorizedOperations,
            Is.EqualTo(0b1101_1111_1000));
    }

    [Test]
    public void A_right_that_is_taken_away_ends_a_fetch_session_s_reading()
    {
        broker.Allow(Client, AclOperation.Read, ResourceType.Topic, "mine");
        var full = client.Send(new FetchRequest { MaxBytes = 100, SessionEpoch = 0, Topics = [new() { Topic = "mine", Partitions = [new() { PartitionMaxBytes = 100 }] }] }, 12);
        Assert.That(full.Responses.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.None));

        broker.ConnectAs(AclRequests.Admin).Send(new DeleteAclsRequest { Filters = [AclRequests.ToDelete(AclRequests.Any())] }, 3);

        var next = client.Send(new FetchRequest { MaxBytes = 100, SessionId = full.SessionId, SessionEpoch = 1 }, 12);
        Assert.That(next.Responses.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
    }
}
