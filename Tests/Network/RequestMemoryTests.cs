using NettyKafka.Codec.Messages;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Network;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Network;

public sealed class RequestMemoryTests
{
    readonly TaskCompletionSource answered = new();

    [Test]
    public void A_request_waits_until_others_have_given_memory_back()
    {
        var memory = new RequestMemoryPool(1);
        var apis = new ApiTable().Add(new WaitingHandler(answered.Task));
        using var first = new TestConnection(apis, memory: memory);
        using var second = new TestConnection(apis, memory: memory);

        first.Post(WithRecords(), 12);
        second.Post(WithRecords(), 12);
        Assert.That(second.Channel.Configuration.AutoRead, Is.False, "it has no memory, so it is not read");

        answered.SetResult();
        Assert.That(first.TryTake(new ProduceRequest(), 12), Is.Not.Null);

        Assert.That(second.TryTake(new ProduceRequest(), 12), Is.Not.Null);
        Assert.That(second.Channel.Configuration.AutoRead);
    }

    [Test]
    public void A_request_without_records_gives_its_memory_back_as_soon_as_it_is_read()
    {
        var memory = new RequestMemoryPool(1);
        using var connection = new TestConnection(new ApiTable().Add(new WaitingGroups(answered.Task)), memory: memory);

        connection.Post(new ListGroupsRequest(), 0);

        Assert.That(memory.TryTake(1, () => { }), "its handler still waits");
    }

    [Test]
    public void Who_has_not_logged_in_takes_no_memory_from_others()
    {
        using var broker = new TestBroker(("listener.name.sasl.sasl.enabled.mechanisms", "PLAIN"), ("sasl.users", "alice:secret"));
        var memory = new RequestMemoryPool(1);
        using var stranger = new TestConnection(
            broker.Broker.Apis, memory: memory, listener: new("SASL", SecurityProtocol.SaslPlaintext, "", 9093), sasl: new(broker.Mechanisms("SASL"), broker.Time));

        stranger.PostRaw([0, 0, 4, 0]);
        Assert.That(memory.TryTake(1, () => { }), "a frame of 1024 bytes is announced and does not come");
        memory.Return(1);
        stranger.PostRaw([0, 18, 0, 0, .. new byte[1020]]);

        Assert.That(memory.TryTake(1, () => { }));
        Assert.That(memory.TryTake(1, () => { }), Is.False, "what was not taken is not given back");
    }

    [Test]
    public void One_request_may_overdraw_what_is_free()
    {
        var memory = new RequestMemoryPool(10);

        Assert.That(memory.TryTake(1000, () => { }));
        Assert.That(memory.TryTake(1, () => { }), Is.False);
    }

    [Test]
    public void A_connection_that_ends_in_the_middle_of_a_frame_gives_its_memory_back()
    {
        var memory = new RequestMemoryPool(10);
        var broken = new TestConnection(new ApiTable(), memory: memory);
        broken.PostRaw([0, 0, 0, 100, 1, 2, 3]);
        Assert.That(memory.TryTake(1, () => { }), Is.False);

        broken.Dispose();

        Assert.That(memory.TryTake(1, () => { }));
    }

    [Test]
    public void Without_a_limit_everything_is_admitted()
    {
        var memory = new RequestMemoryPool(-1);

        Assert.That(Enumerable.Range(0, 100).All(_ => memory.TryTake(int.MaxValue, () => { })));
    }

    static ProduceRequest WithRecords() => TestBroker.ProduceRequestOf("orders", 0, TestBatch.Of("x").Span.ToArray());

    sealed class WaitingHandler(Task until) : IHandler<ProduceRequest, ProduceResponse>
    {
        public async ValueTask<ProduceResponse?> HandleAsync(ProduceRequest request, RequestContext context)
        {
            await until;
            return new ProduceResponse();
        }
    }

    sealed class WaitingGroups(Task until) : IHandler<ListGroupsRequest, ListGroupsResponse>
    {
        public async ValueTask<ListGroupsResponse?> HandleAsync(ListGroupsRequest request, RequestContext context)
        {
            await until;
            return new ListGroupsResponse();
        }
    }
}
