using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ListGroupsTests : IDisposable
{
    readonly TestBroker broker = new(("offsets.topic.num.partitions", "3"));

    public ListGroupsTests() => broker.CreateTopic("orders");

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_lists_the_groups_of_all_partitions([Range(0, 5)] short version)
    {
        for (var i = 0; i < 10; i++)
            broker.Connect().Commit($"g{i}", "orders", 0, 7);

        var response = broker.Connect().Send(new ListGroupsRequest(), version);

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(response.Groups.Select(group => group.GroupId).Order(), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"g{i}")));
        Assert.That(response.Groups, Has.All.Matches<ListGroupsResponse.ListedGroup>(group => group.GroupState == (version >= 4 ? "Empty" : "")));
        Assert.That(response.Groups, Has.All.Matches<ListGroupsResponse.ListedGroup>(group => group.GroupType == (version >= 5 ? "classic" : "")));
    }

    [Test]
    public void Before_the_first_group_there_is_none() => Assert.That(broker.Connect().Groups(), Is.Empty);

    [TestCase("empty", "", 1)]
    [TestCase("Stable", "", 0)]
    [TestCase("", "CLASSIC", 1)]
    [TestCase("", "consumer", 0)]
    [TestCase("Empty", "classic", 1)]
    public void Filters_go_by_state_and_type_in_any_case(string state, string type, int count)
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        var request = new ListGroupsRequest { StatesFilter = state == "" ? [] : [state], TypesFilter = type == "" ? [] : [type] };

        Assert.That(broker.Connect().Send(request, 5).Groups, Has.Count.EqualTo(count));
    }

    [Test]
    public void A_node_lists_the_groups_that_it_coordinates()
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        using var elsewhere = new TestConnection(broker.Broker.Apis, TestConnection.TestNode(2), broker.Time);

        Assert.That(elsewhere.Groups(), Is.Empty);
    }
}
