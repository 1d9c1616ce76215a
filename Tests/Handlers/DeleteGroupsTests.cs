using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DeleteGroupsTests : IDisposable
{
    TestBroker broker = new();

    public DeleteGroupsTests() => broker.CreateTopic("orders");

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_deletes_the_group_with_its_offsets([Range(0, 3)] short version)
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        broker.Connect().Commit("other", "orders", 0, 8);

        Assert.That(broker.Connect().Send(new DeleteGroupsRequest { GroupsNames = ["g"] }, version).Results.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        broker = broker.Restart();

        Assert.That(broker.Connect().Groups(), Is.EqualTo(new[] { "other" }));
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(-1));
        Assert.That(broker.Connect().Committed("other", "orders"), Is.EqualTo(8));
    }

    [Test]
    public void Each_group_is_answered_once_by_itself()
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        broker.Connect().Commit("", "orders", 0, 8);

        var results = broker.Connect().Send(new DeleteGroupsRequest { GroupsNames = ["nobody", "g", "", "g"] }, 2).Results;

        Assert.That(
            results.Select(result => (result.GroupId, result.ErrorCode)),
            Is.EqualTo(new[] { ("nobody", ErrorCode.GroupIdNotFound), ("g", ErrorCode.None), ("", ErrorCode.None) }));
    }
}
