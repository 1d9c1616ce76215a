using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DeleteTopicsTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly TestConnection connection;

    public DeleteTopicsTests() => connection = broker.Connect();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_deletes([Range(0, 6)] short version)
    {
        broker.CreateTopic("orders");
        var request = version < 6 ? new DeleteTopicsRequest { TopicNames = ["orders"] } : new() { Topics = [new() { Name = "orders" }] };

        Assert.That(connection.Send(request, version).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Broker.Cluster.Image.FindTopic("orders"), Is.Null);
        Assert.That(broker.Partitions.Find(new("orders", 0)), Is.Null);
    }

    [Test]
    public void A_topic_is_deleted_by_its_id()
    {
        var id = broker.CreateTopic("orders");

        var result = Delete(new() { TopicId = id });

        Assert.That((result.ErrorCode, result.Name), Is.EqualTo((ErrorCode.None, "orders")));
    }

    [Test]
    public void What_is_not_there_cannot_be_deleted()
    {
        Assert.That(Delete(new() { Name = "nothing" }).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(Delete(new() { TopicId = Uuid.Random() }).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [Test]
    public void Name_and_id_exclude_each_other_and_one_is_needed()
    {
        var id = broker.CreateTopic("orders");

        Assert.That(Delete(new() { Name = "orders", TopicId = id }).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(Delete(new()).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [TestCase(2, ErrorCode.InvalidRequest)]
    [TestCase(3, ErrorCode.TopicDeletionDisabled)]
    public void Deletion_can_be_disabled(short version, ErrorCode error)
    {
        using var locked = new TestBroker(("delete.topic.enable", "false"));
        locked.CreateTopic("orders");

        Assert.That(locked.Connect().Send(new DeleteTopicsRequest { TopicNames = ["orders"] }, version).Responses.Single().ErrorCode, Is.EqualTo(error));
        Assert.That(locked.Broker.Cluster.Image.FindTopic("orders"), Is.Not.Null);
    }

    [Test]
    public void A_topic_created_again_is_another_one_and_empty()
    {
        var id = broker.CreateTopic("orders");
        broker.Produce("orders", 0, "old");
        Delete(new() { Name = "orders" });

        var again = broker.CreateTopic("orders");

        Assert.That(again, Is.Not.EqualTo(id));
        Assert.That(broker.Partitions.Find(new("orders", 0))!.Bounds.LogEndOffset, Is.Zero);
    }

    [Test]
    public void A_deleted_topic_stays_deleted_after_a_restart()
    {
        broker.CreateTopic("orders");
        Delete(new() { Name = "orders" });

        using var restarted = broker.Restart();

        Assert.That(restarted.Broker.Cluster.Image.FindTopic("orders"), Is.Null);
    }

    DeleteTopicsResponse.DeletableTopicResult Delete(DeleteTopicsRequest.DeleteTopicState topic) =>
        broker.Connect().Send(new DeleteTopicsRequest { Topics = [topic] }, 6).Responses.Single();
}
