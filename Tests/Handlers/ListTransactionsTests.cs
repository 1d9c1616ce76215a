using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ListTransactionsTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly TransactionalProducer idle;
    readonly TransactionalProducer open;

    public ListTransactionsTests()
    {
        broker.CreateTopic("orders");
        idle = new TransactionalProducer(broker.Connect(), "idle").Init();
        open = new TransactionalProducer(broker.Connect(), "open").Init();
        open.Add(new Server.Storage.TopicPartition("orders", 0));
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_lists_all([Range(0, 2)] short version) => Assert.That(
        List(new(), version).Select(listed => (listed.TransactionalId, listed.TransactionState, listed.ProducerId)),
        Is.EqualTo(new[] { ("idle", "Empty", idle.Producer.ProducerId), ("open", "Ongoing", open.Producer.ProducerId) }));

    [Test]
    public void States_are_filtered_and_unknown_ones_told()
    {
        var response = broker.Connect().Send(new ListTransactionsRequest { StateFilters = ["Ongoing", "ongoing", "1", "PrepareEpochFence"] }, 0);

        Assert.That(response.TransactionStates.Select(listed => listed.TransactionalId), Is.EqualTo(new[] { "open" }));
        Assert.That(response.UnknownStateFilters, Is.EqualTo(new[] { "ongoing", "1" }));
        Assert.That(List(new() { StateFilters = ["ongoing"] }, 0), Is.Empty, "an unknown state is nobody's");
    }

    [Test]
    public void Producer_ids_are_filtered() =>
        Assert.That(List(new() { ProducerIdFilters = [idle.Producer.ProducerId, 4711] }, 0).Single().TransactionalId, Is.EqualTo("idle"));

    [TestCase(-1, "idle,open")]
    [TestCase(0, "idle,open")]
    [TestCase(4_999, "idle,open")]
    [TestCase(5_000, "idle")]
    public void What_has_not_run_for_so_long_is_left_out(long duration, string listed)
    {
        broker.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.That(List(new() { DurationFilter = duration }, 1).Select(state => state.TransactionalId), Is.EqualTo(listed.Split(',')));
    }

    [TestCase(null, "idle,open")]
    [TestCase("", "idle,open")]
    [TestCase("o.*", "open")]
    [TestCase("o", "")]
    public void Ids_are_matched_as_a_whole(string? pattern, string listed) =>
        Assert.That(string.Join(',', List(new() { TransactionalIdPattern = pattern }, 2).Select(state => state.TransactionalId)), Is.EqualTo(listed));

    [Test]
    public void A_pattern_that_is_none_is_refused() =>
        Assert.That(broker.Connect().Send(new ListTransactionsRequest { TransactionalIdPattern = "(" }, 2).ErrorCode, Is.EqualTo(ErrorCode.InvalidRegularExpression));

    IEnumerable<ListTransactionsResponse.TransactionStateStruct> List(ListTransactionsRequest request, short version)
    {
        var response = broker.Connect().Send(request, version);
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        return response.TransactionStates.OrderBy(listed => listed.TransactionalId, StringComparer.Ordinal);
    }
}
