using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Network;

/// <summary>Over its quota a client is told at once how long it is throttled, and is heard again only then.</summary>
public sealed class ThrottleTests : IDisposable
{
    const short ProduceVersion = 12;
    const short FetchVersion = 12;

    readonly TestBroker broker = new();
    readonly TestConnection connection;

    public ThrottleTests()
    {
        broker.CreateTopic("orders");
        connection = broker.Connect("app", new() { AroundHandler = TakeTimeAsync });
    }

    TimeSpan HandlerTime { get; set; }

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_produce_over_quota_is_answered_at_once_and_the_next_request_waits()
    {
        broker.SetQuota("producer_byte_rate", 10, ("client-id", "app"));

        var throttleTimeMs = Produce(1000).ThrottleTimeMs;
        Assert.That(throttleTimeMs, Is.InRange(90_000, 110_000), "about 1,000 bytes at 10 per second, less ten seconds");
        connection.Post(new ApiVersionsRequest(), 0);
        broker.Time.Advance(TimeSpan.FromMilliseconds(throttleTimeMs - 1));
        Assert.That(connection.TryTake(new ApiVersionsRequest(), 0), Is.Null);

        broker.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(connection.TryTake(new ApiVersionsRequest(), 0), Is.Not.Null);
    }

    [Test]
    public void The_throttle_is_one_client_s_and_ends_with_the_quota()
    {
        broker.SetQuota("producer_byte_rate", 10, ("client-id", "app"));
        var wait = Produce(1000).ThrottleTimeMs;

        Assert.That(broker.Produce("orders", 0, new string('x', 1000)), Is.EqualTo(1), "another client id");
        broker.SetQuota("producer_byte_rate", null, ("client-id", "app"));
        broker.Time.Advance(TimeSpan.FromMilliseconds(wait));
        Assert.That(Produce(1000).ThrottleTimeMs, Is.Zero);
    }

    [Test]
    public void Connections_of_one_client_share_its_quota()
    {
        broker.SetQuota("producer_byte_rate", 100, ("client-id", "app"));
        Assert.That(Produce(700).ThrottleTimeMs, Is.Zero);

        var other = broker.Connect("app").Send(TestBroker.ProduceRequestOf("orders", 0, TestBatch.Of(new string('x', 700)).Span.ToArray()), ProduceVersion);

        Assert.That(other.ThrottleTimeMs, Is.GreaterThan(3000));
    }

    [Test]
    public void Without_acks_the_channel_is_muted_all_the_same()
    {
        broker.SetQuota("producer_byte_rate", 10, ("client-id", "app"));

        connection.PostRaw(connection.Frame(TestBroker.ProduceRequestOf("orders", 0, TestBatch.Of(new string('x', 1000)).Span.ToArray(), acks: 0), ProduceVersion));
        connection.Post(new ApiVersionsRequest(), 0);
        Assert.That(connection.TryTake(new ApiVersionsRequest(), 0), Is.Null);
        Assert.That(connection.IsOpen);
    }

    [Test]
    public void A_fetch_over_quota_is_empty_and_gets_its_records_later()
    {
        broker.Produce("orders", 0, new string('x', 600));
        broker.Produce("orders", 0, new string('y', 600));
        broker.SetQuota("consumer_byte_rate", 100, ("client-id", "app"));

        Assert.That(Fetch(0), Is.EqualTo((0, 'x')));
        var (throttleTimeMs, value) = Fetch(1);
        Assert.That(throttleTimeMs, Is.InRange(2500, 5000), "(twice 670 bytes - 1,000) at 100 per second");
        Assert.That(value, Is.Null);

        broker.Time.Advance(TimeSpan.FromMilliseconds(throttleTimeMs));
        broker.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.That(Fetch(1), Is.EqualTo((0, 'y')));
    }

    [Test]
    public void A_batch_larger_than_any_window_is_given_and_waited_for_afterwards()
    {
        broker.Produce("orders", 0, new string('x', 5000));
        broker.SetQuota("consumer_byte_rate", 10, ("client-id", "app"));

        var (throttleTimeMs, value) = Fetch(0);

        Assert.That(value, Is.EqualTo('x'));
        Assert.That(throttleTimeMs, Is.GreaterThan(400_000));
    }

    [Test]
    public void A_session_goes_on_after_an_empty_answer()
    {
        var request = FetchOf(0);
        (request.SessionId, request.SessionEpoch) = (0, 0);
        broker.Produce("orders", 0, new string('x', 600));
        var session = connection.Send(request, FetchVersion).SessionId;
        broker.SetQuota("consumer_byte_rate", 100, ("client-id", "app"));
        broker.Produce("orders", 0, new string('y', 900));
        Assert.That(Continue(session, 1).Responses, Has.Count.EqualTo(1));

        var empty = Continue(session, 2);
        Assert.That((empty.ErrorCode, empty.SessionId, empty.Responses.Count), Is.EqualTo((ErrorCode.None, session, 0)));
        broker.Time.Advance(TimeSpan.FromMilliseconds(empty.ThrottleTimeMs));
        broker.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.That(Continue(session, 3).Responses.Single().Partitions.Single().Records!.SizeInBytes, Is.GreaterThan(600));
    }

    [Test]
    public void The_time_of_requests_is_a_quota_whatever_they_ask()
    {
        broker.SetQuota("request_percentage", 1, ("client-id", "app"));
        HandlerTime = TimeSpan.FromMilliseconds(200);

        var response = connection.Send(new ListGroupsRequest(), 4);

        Assert.That(response.ThrottleTimeMs, Is.EqualTo(1000), "20 % of a second make ten seconds at 1 %, but none waits for longer than a sample");
        connection.Post(new ListGroupsRequest(), 4);
        Assert.That(connection.TryTake(new ListGroupsRequest(), 4), Is.Null);
    }

    [Test]
    public void A_response_without_a_field_for_it_mutes_the_channel_too()
    {
        broker.SetQuota("request_percentage", 1, ("user", "ANONYMOUS"));
        HandlerTime = TimeSpan.FromMilliseconds(200);
        connection.Send(new ListGroupsRequest(), 0);

        connection.Post(new ListGroupsRequest(), 0);

        Assert.That(connection.TryTake(new ListGroupsRequest(), 0), Is.Null);
    }

    [Test]
    public void A_channel_that_is_closed_while_muted_is_done()
    {
        broker.SetQuota("producer_byte_rate", 10, ("client-id", "app"));
        var wait = Produce(1000).ThrottleTimeMs;
        connection.Post(new ApiVersionsRequest(), 0);

        connection.Dispose();
        broker.Time.Advance(TimeSpan.FromMilliseconds(wait));

        Assert.That(connection.TryTakeFrame(), Is.Null);
        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void No_throttle_holds_up_the_end_of_a_connection()
    {
        broker.SetQuota("producer_byte_rate", 10, ("client-id", "app"));
        Produce(1000);
        connection.Post(new ApiVersionsRequest(), 0);

        connection.PostRaw([0xFF, 0xFF, 0xFF, 0xFF]);

        Assert.That(connection.TryTake(new ApiVersionsRequest(), 0), Is.Not.Null, "what came before the garbage is answered");
        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void Clients_that_come_no_more_are_forgotten()
    {
        broker.SetQuota("producer_byte_rate", 1_000_000, ("client-id", null));
        for (var i = 0; i < 50; i++)
            broker.Connect($"app-{i}").Send(TestBroker.ProduceRequestOf("orders", 0, TestBatch.Of("x").Span.ToArray()), ProduceVersion);
        Assert.That(broker.Broker.Quotas.Produce.Count, Is.EqualTo(50));

        broker.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(broker.Broker.Quotas.Produce.Count, Is.Zero);
    }

    ProduceResponse Produce(int size) => connection.Send(TestBroker.ProduceRequestOf("orders", 0, TestBatch.Of(new string('x', size)).Span.ToArray()), ProduceVersion);

    (int ThrottleTimeMs, char? First) Fetch(long offset)
    {
        var response = connection.Send(FetchOf(offset), FetchVersion);
        var values = response.Responses.SelectMany(topic => topic.Partitions).SelectMany(partition => TestBroker.ValuesOf(partition.Records!));
        return (response.ThrottleTimeMs, values.FirstOrDefault()?[0]);
    }

    FetchResponse Continue(int session, int epoch) => connection.Send(new FetchRequest { MaxBytes = 1 << 20, SessionId = session, SessionEpoch = epoch }, FetchVersion);

    static FetchRequest FetchOf(long offset) => new()
    {
        MaxBytes = 1 << 20,
        SessionEpoch = -1,
        Topics = [new() { Topic = "orders", Partitions = [new() { FetchOffset = offset, PartitionMaxBytes = 100 }] }],
    };

    ValueTask<object?> TakeTimeAsync(RequestContext context, object request, Func<ValueTask<object?>> handler)
    {
        broker.Time.Advance(HandlerTime);
        return handler();
    }
}
