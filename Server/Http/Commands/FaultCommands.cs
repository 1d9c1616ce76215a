using NettyKafka.Testing;
using NettyKafka.Testing.Faults;

namespace NettyKafka.Http.Commands;

/// <summary>What goes wrong.</summary>
static class FaultCommands
{
    public static IEnumerable<ControlCommand> All { get; } =
    [
        new ControlCommand<FaultRule, FaultDescription>(
            "AddFault",
            "Lets something go wrong: error, throttleTimeMs, drop, blackHole, closeConnection, corruptRecords or delay, with the requests that match; answers the rule's id",
            """{"apis": ["Produce"], "topic": "orders", "error": "NOT_LEADER_OR_FOLLOWER", "count": 2}""",
            ControlJson.Web.FaultRule,
            ControlJson.Web.FaultDescription,
            (kafka, rule, _) => Task.FromResult(FaultDescription.Of(kafka.Faults.Add(rule)))),
        new ControlCommand<NoArguments, FaultDescriptions>("ListFaults", "The rules at work, in the order in which they are asked", "{}", ControlJson.Web.NoArguments, ControlJson.Web.FaultDescriptions, ListAsync),
        ControlCommand.Of("RemoveFault", "Takes a rule away", """{"id": 1}""", ControlJson.Web.FaultRequest, RemoveAsync),
        ControlCommand.Of("ClearFaults", "Takes all rules away", "{}", ControlJson.Web.NoArguments, Do<NoArguments>((faults, _) => faults.Clear())),
        ControlCommand.Of("WaitForFault", "Waits until a rule has happened so often", """{"id": 1, "hits": 2, "timeoutMs": 5000}""", ControlJson.Web.WaitForFaultRequest, WaitAsync),
        ControlCommand.Of("CapVersions", "Serves only some versions of an API", """{"api": "Fetch", "min": 0, "max": 11}""", ControlJson.Web.CapVersionsRequest, Do<CapVersionsRequest>(Cap)),
        ControlCommand.Of("UncapVersions", "Serves all versions again", "{}", ControlJson.Web.NoArguments, Do<NoArguments>((faults, _) => faults.UncapVersions())),
        ControlCommand.Of("ActAs", "Serves what an older release of Kafka does", """{"release": "2.8"}""", ControlJson.Web.ReleaseRequest, Do<ReleaseRequest>((faults, request) => faults.ActAs(request.Release))),
        ControlCommand.Of("RefuseConnections", "Closes new connections at once, to a node or to all", """{"node": 2}""", ControlJson.Web.OptionalNodeRequest, Do<OptionalNodeRequest>((faults, request) => faults.RefuseConnections(request.Node))),
        ControlCommand.Of("AcceptConnections", "Takes connections again, to a node or to all", """{"node": 2}""", ControlJson.Web.OptionalNodeRequest, Do<OptionalNodeRequest>((faults, request) => faults.AcceptConnections(request.Node))),
    ];

    static Func<EmbeddedKafka, T, Task> Do<T>(Action<FaultRules, T> change) => (kafka, request) =>
    {
        change(kafka.Faults, request);
        return Task.CompletedTask;
    };

    static Task<FaultDescriptions> ListAsync(EmbeddedKafka kafka, NoArguments request, CancellationToken cancellation) =>
        Task.FromResult(new FaultDescriptions([.. kafka.Faults.List().Select(FaultDescription.Of)]));

    static Task RemoveAsync(EmbeddedKafka kafka, FaultRequest request)
    {
        Find(kafka, request.Id).Remove();
        return Task.CompletedTask;
    }

    static Task WaitAsync(EmbeddedKafka kafka, WaitForFaultRequest request, CancellationToken cancellation) =>
        Find(kafka, request.Id).WaitAsync(request.Hits, WaitRequests.TimeoutOf(request.TimeoutMs), cancellation);

    static void Cap(FaultRules faults, CapVersionsRequest request) => faults.CapVersions(request.Api, (short)Math.Clamp(request.Min, short.MinValue, short.MaxValue), (short)Math.Clamp(request.Max, short.MinValue, short.MaxValue));

    static InstalledFault Find(EmbeddedKafka kafka, int id) =>
        kafka.Faults.Find(id) ?? throw new ArgumentException($"There is no fault rule {id}; there are {(kafka.Faults.List() is { Count: > 0 } rules ? string.Join(", ", rules.Select(rule => rule.Id)) : "none")}", nameof(id));
}
