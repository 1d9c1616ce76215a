using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ListPartitionReassignmentsTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Nothing_is_being_reassigned()
    {
        broker.CreateTopic("orders");

        Assert.That(List(null), Is.Empty);
        Assert.That(List(("orders", [0]), ("nothing", [0])), Is.Empty);
    }

    [Test]
    public async Task What_a_cluster_was_left_with_is_listed()
    {
        var id = broker.CreateTopic("orders", 2);
        var change = new PartitionChangeRecord { TopicId = id, PartitionId = 1, Replicas = [1, 2, 3], AddingReplicas = [2], RemovingReplicas = [3] };
        await broker.Broker.Cluster.ChangeAsync(image => (new[] { MetadataRecord.Of(change, image.MetadataVersion) }, true));

        var partition = List(null).Single().Partitions.Single();

        Assert.That(partition.PartitionIndex, Is.EqualTo(1));
        Assert.That((partition.Replicas, partition.AddingReplicas, partition.RemovingReplicas), Is.EqualTo((new[] { 1, 2, 3 }, new[] { 2 }, new[] { 3 })));
        Assert.That(List(("orders", [0])), Is.Empty);
        Assert.That(List(("orders", [0, 1])).Single().Name, Is.EqualTo("orders"));
    }

    List<ListPartitionReassignmentsResponse.OngoingTopicReassignment> List(params (string Name, List<int> Partitions)[]? topics)
    {
        var request = new ListPartitionReassignmentsRequest
        {
            Topics = topics?.Select(topic => new ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics { Name = topic.Name, PartitionIndexes = topic.Partitions }).ToList(),
        };
        var response = broker.Connect().Send(request, 0);
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        return response.Topics;
    }
}
