using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class AlterPartitionReassignmentsTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_answers_for_each_partition_in_the_order_asked([Range(0, 1)] short version)
    {
        broker.CreateTopic("orders", 2);
        var request = new AlterPartitionReassignmentsRequest
        {
            AllowReplicationFactorChange = true,
            Topics =
            [
                new() { Name = "nothing", Partitions = [new() { PartitionIndex = 0, Replicas = [1] }] },
                new()
                {
                    Name = "orders",
                    Partitions =
                    [
                        new() { PartitionIndex = 1, Replicas = [1] },
                        new() { PartitionIndex = 0, Replicas = [2] },
                        new() { PartitionIndex = 0, Replicas = null },
                        new() { PartitionIndex = 7, Replicas = [1] },
                    ],
                },
            ],
        };

        var response = broker.Connect().Send(request, version);

        Assert.That((response.ErrorCode, response.ErrorMessage), Is.EqualTo((ErrorCode.None, (string?)null)));
        Assert.That(
            response.Responses.SelectMany(topic => topic.Partitions.Select(partition => (topic.Name, partition.PartitionIndex, partition.ErrorCode, partition.ErrorMessage))),
            Is.EqualTo(new (string, int, ErrorCode, string?)[]
            {
                ("nothing", 0, ErrorCode.UnknownTopicOrPartition, "Unable to find a topic named nothing."),
                ("orders", 1, ErrorCode.None, null),
                ("orders", 0, ErrorCode.InvalidReplicaAssignment, "The manual partition assignment includes broker 2, but no such broker is registered."),
                ("orders", 0, ErrorCode.NoReassignmentInProgress, "No partition reassignment is in progress."),
                ("orders", 7, ErrorCode.UnknownTopicOrPartition, "Unable to find partition orders:7."),
            }));
    }
}
