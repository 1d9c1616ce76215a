using System.Text.Json.Serialization.Metadata;
using NettyKafka.Testing.Waiters;
using static NettyKafka.Http.Commands.WaitRequests;

namespace NettyKafka.Http.Commands;

/// <summary>Waits for what clients do; what does not come in time is answered with status 408.</summary>
static class WaitCommands
{
    public static IEnumerable<ControlCommand> All { get; } =
    [
        Of("WaitForRequests", "Waits until so many requests of an API have come since the start", """{"api": "Heartbeat", "count": 3}""", ControlJson.Web.WaitForRequestsRequest,
            (wait, request, cancellation) => wait.ForRequestsAsync(request.Api, request.Count, TimeoutOf(request.TimeoutMs), cancellation)),
        Of("WaitForGroup", "Waits until a group is in a state, with so many members", """{"group": "readers", "state": "Stable", "members": 2}""", ControlJson.Web.WaitForGroupRequest,
            (wait, request, cancellation) => wait.ForGroupAsync(request.Group, request.State, request.Members, TimeoutOf(request.TimeoutMs), cancellation)),
        Of("WaitForOffset", "Waits until a partition's log has reached an offset", """{"topic": "orders", "partition": 0, "offset": 10}""", ControlJson.Web.WaitForOffsetRequest,
            (wait, request, cancellation) => wait.ForOffsetAsync(request.Topic, request.Partition, request.Offset, TimeoutOf(request.TimeoutMs), cancellation)),
        Of("WaitForCommitted", "Waits until a group has committed an offset", """{"group": "readers", "topic": "orders", "partition": 0, "offset": 10}""", ControlJson.Web.WaitForCommittedRequest,
            (wait, request, cancellation) => wait.ForCommittedAsync(request.Group, request.Topic, request.Partition, request.Offset, TimeoutOf(request.TimeoutMs), cancellation)),
        Of("WaitForTopic", "Waits until a topic is there", """{"topic": "orders"}""", ControlJson.Web.WaitForTopicRequest,
            (wait, request, cancellation) => wait.ForTopicAsync(request.Topic, TimeoutOf(request.TimeoutMs), cancellation)),
        Of("WaitForConsumersCaughtUp", "Waits until a group has committed the ends of all partitions that it reads", """{"group": "readers"}""", ControlJson.Web.WaitForConsumersCaughtUpRequest,
            (wait, request, cancellation) => wait.ForConsumersCaughtUpAsync(request.Group, TimeoutOf(request.TimeoutMs), cancellation)),
    ];

    static ControlCommand Of<TRequest>(string name, string summary, string example, JsonTypeInfo<TRequest> request, Func<Waiters, TRequest, CancellationToken, Task> wait)
        where TRequest : class => ControlCommand.Of(name, summary, example, request, (kafka, sent, cancellation) => wait(kafka.Wait, sent, cancellation));
}
