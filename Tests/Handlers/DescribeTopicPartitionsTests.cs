using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeTopicPartitionsTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly TestConnection connection;

    public DescribeTopicPartitionsTests()
    {
        broker.CreateTopic("b", 3);
        broker.CreateTopic("a", 2);
        connection = broker.Connect();
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Topics_come_in_the_order_of_their_names() => Assert.That(Shape(connection.Send(new DescribeTopicPartitionsRequest(), 0)), Is.EqualTo("a:0,1 b:0,1,2"));

    [Test]
    public void A_page_ends_with_a_cursor_that_the_next_begins_at()
    {
        var pages = new List<string>();
        var request = new DescribeTopicPartitionsRequest { ResponsePartitionLimit = 2 };
        while (true)
        {
            var response = connection.Send(request, 0);
            pages.Add(Shape(response));
            if (response.NextCursor is not { } next)
                break;
            request.Cursor = new() { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex };
        }

        Assert.That(pages, Is.EqualTo(new[] { "a:0,1", "b:0,1", "b:2" }));
    }

    [TestCase("a", -1)]
    [TestCase("b", 0, Description = "the cursor's topic is not among those asked for")]
    public void A_cursor_that_points_nowhere_is_an_error(string topic, int partition)
    {
        var request = new DescribeTopicPartitionsRequest { Topics = [new() { Name = "a" }], Cursor = new() { TopicName = topic, PartitionIndex = partition } };

        Assert.That(connection.Send(request, 0).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public void An_unknown_topic_is_an_error_of_its_own()
    {
        var response = connection.Send(new DescribeTopicPartitionsRequest { Topics = [new() { Name = "nothing" }, new() { Name = "a" }] }, 0);

        Assert.That(response.Topics.Select(topic => topic.ErrorCode), Is.EqualTo(new[] { ErrorCode.None, ErrorCode.UnknownTopicOrPartition }));
    }

    static string Shape(DescribeTopicPartitionsResponse response) =>
        string.Join(' ', response.Topics.Select(topic => $"{topic.Name}:{string.Join(',', topic.Partitions.Select(partition => partition.PartitionIndex))}"));
}
