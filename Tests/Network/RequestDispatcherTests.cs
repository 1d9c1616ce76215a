using System.Buffers.Binary;
using NettyKafka.Codec.Messages;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Network;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Network;

public sealed class RequestDispatcherTests : IDisposable
{
    readonly Queue<TaskCompletionSource<ListGroupsResponse?>> pending = new();
    readonly List<CancellationToken> closed = [];
    readonly TestConnection connection;

    public RequestDispatcherTests() => connection = new(new ApiTable().Add(new PendingHandler(this)));

    public void Dispose() => connection.Dispose();

    [Test]
    public void Requests_are_started_and_answered_one_after_the_other()
    {
        connection.Post(new ListGroupsRequest(), 0);
        connection.Post(new ListGroupsRequest(), 0);
        Assert.That(pending, Has.Count.EqualTo(1));

        Answer("first");
        Assert.That(pending, Has.Count.EqualTo(1));
        Answer("second");

        Assert.That(Take(), Is.EqualTo("first"));
        Assert.That(Take(), Is.EqualTo("second"));
    }

    [Test]
    public void Requests_of_one_burst_are_all_answered()
    {
        var burst = Enumerable.Range(0, 5).SelectMany(_ => connection.Frame(new ListGroupsRequest(), 0)).ToArray();
        connection.PostRaw(burst);
        for (var i = 0; i < 5; i++)
            Answer($"{i}");

        for (var i = 0; i < 5; i++)
            Assert.That(BinaryPrimitives.ReadInt32BigEndian(connection.TryTakeFrame()), Is.EqualTo(i + 1));
    }

    [Test]
    public void An_answer_does_not_wait_for_the_next_request_of_its_burst()
    {
        connection.PostRaw([.. connection.Frame(new ListGroupsRequest(), 0), .. connection.Frame(new ListGroupsRequest(), 0)]);

        Answer("first");

        Assert.That(pending, Has.Count.EqualTo(1), "the second request is with its handler");
        Assert.That(connection.TryTakeFrame(), Is.Not.Null, "and the first is answered");
    }

    [Test]
    public void Requests_before_a_bad_one_are_answered_before_the_connection_closes()
    {
        connection.PostRaw([.. connection.Frame(new ListGroupsRequest(), 0), .. Request(ApiKeys.ListGroups, version: 99)]);

        Answer("good");

        Assert.That(connection.TryTakeFrame(), Is.Not.Null);
        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void A_handler_that_throws_closes_the_connection()
    {
        connection.Post(new ListGroupsRequest(), 0);
        pending.Dequeue().SetException(new InvalidOperationException("a defect"));

        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void A_closed_connection_cancels_what_is_pending_and_answers_nothing()
    {
        connection.Post(new ListGroupsRequest(), 0);
        connection.Post(new ListGroupsRequest(), 0);
        connection.Channel.CloseAsync();
        Assert.That(closed.Single().IsCancellationRequested);

        Answer("too late");

        Assert.That(connection.TryTakeFrame(), Is.Null);
        Assert.That(pending, Is.Empty, "the second request is never started");
    }

    [Test]
    public void A_response_that_the_version_cannot_carry_closes_the_connection_and_leaves_no_byte()
    {
        connection.Post(new ListGroupsRequest(), 0);
        pending.Dequeue().SetResult(new() { Groups = [new() { GroupId = new string('x', 40_000), ProtocolType = "" }] });

        Assert.That(connection.IsOpen, Is.False);
        Assert.That(connection.TryTakeFrame(), Is.Null);
    }

    [Test]
    public void An_unknown_api_key_closes_the_connection() => AssertCloses(Request(apiKey: 999, version: 0));

    [Test]
    public void An_api_that_is_not_served_closes_the_connection() => AssertCloses(Request(ApiKeys.Fetch, version: 4));

    [Test]
    public void An_unsupported_version_closes_the_connection() => AssertCloses(Request(ApiKeys.ListGroups, version: 99));

    [Test]
    public void A_body_that_is_cut_off_closes_the_connection() => AssertCloses(Request(ApiKeys.ListGroups, version: 4, body: [0]));

    [Test]
    public void Bytes_behind_a_request_are_ignored_as_Kafka_does()
    {
        connection.PostRaw(Request(ApiKeys.ListGroups, version: 0, body: [1]));
        Answer("served");

        Assert.That(connection.TryTakeFrame(), Is.Not.Null);
        Assert.That(connection.IsOpen);
    }

    [Test]
    public void A_frame_without_a_whole_header_closes_the_connection() => AssertCloses([0, 0, 0, 2, 0, 16]);

    [Test]
    public void A_long_queue_stops_reading_until_it_is_worked_off()
    {
        for (var i = 0; i < 65; i++)
            connection.Post(new ListGroupsRequest(), 0);
        Assert.That(connection.Channel.Configuration.AutoRead, Is.False);

        for (var i = 0; i < 65; i++)
            Answer("");

        Assert.That(connection.Channel.Configuration.AutoRead, Is.True);
    }

    [Test]
    public void A_few_large_requests_stop_reading_as_a_long_queue_does()
    {
        var large = Request(ApiKeys.ListGroups, version: 0, body: new byte[TestConnection.MaxRequestBytes - 100]);
        for (var i = 0; i < 18; i++)
            connection.PostRaw(large);
        Assert.That(connection.Channel.Configuration.AutoRead, Is.False);

        for (var i = 0; i < 18; i++)
            Answer("");

        Assert.That(connection.Channel.Configuration.AutoRead);
    }

    [Test]
    public void An_interceptor_can_answer_in_place_of_the_handler()
    {
        var interceptors = new Interceptors { AroundHandler = (_, _, _) => new(new ListGroupsResponse { Groups = [new() { GroupId = "intercepted", ProtocolType = "" }] }) };
        using var intercepted = new TestConnection(new ApiTable().Add(new PendingHandler(this)), interceptors: interceptors);

        Assert.That(intercepted.Send(new ListGroupsRequest(), 0).Groups.Single().GroupId, Is.EqualTo("intercepted"));
        Assert.That(pending, Is.Empty, "the handler was not asked");
    }

    [Test]
    public void An_interceptor_can_narrow_the_versions_that_are_served()
    {
        var interceptors = new Interceptors { VersionsOf = (_, _) => new(0, 1) };
        using var narrowed = new TestConnection(new ApiTable().Add(new PendingHandler(this)), interceptors: interceptors);

        narrowed.Post(new ListGroupsRequest(), 1);
        Assert.That(pending, Has.Count.EqualTo(1));
        Answer("");
        Assert.That(narrowed.TryTake(new ListGroupsRequest(), 1), Is.Not.Null);
        narrowed.Post(new ListGroupsRequest(), 2);

        Assert.That(narrowed.IsOpen, Is.False);
    }

    void AssertCloses(byte[] bytes)
    {
        connection.PostRaw(bytes);
        Assert.That(connection.IsOpen, Is.False);
        Assert.That(connection.TryTakeFrame(), Is.Null);
        Assert.That(pending, Is.Empty);
    }

    void Answer(string groupId) => pending.Dequeue().SetResult(new() { Groups = [new() { GroupId = groupId, ProtocolType = "" }] });

    string? Take() => connection.TryTake(new ListGroupsRequest(), 0)?.Groups.Single().GroupId;

    static byte[] Request(short apiKey, short version, params byte[] body)
    {
        byte[] frame = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0xff, 0xff, .. body];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), apiKey);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(6), version);
        return frame;
    }

    sealed class PendingHandler(RequestDispatcherTests tests) : IHandler<ListGroupsRequest, ListGroupsResponse>
    {
        public ValueTask<ListGroupsResponse?> HandleAsync(ListGroupsRequest request, RequestContext context)
        {
            tests.closed.Add(context.Closed);
            var completion = new TaskCompletionSource<ListGroupsResponse?>();
            tests.pending.Enqueue(completion);
            return new(completion.Task);
        }
    }
}
