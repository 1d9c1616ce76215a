using NettyKafka.Codec.Wire;
using NettyKafka.Testing;
using NettyKafka.Testing.Journal;

namespace NettyKafka.Http.Commands;

sealed record StartJournalRequest(int Capacity = 10_000);

/// <summary>Which entries are wanted: of an API, the last so many.</summary>
sealed record JournalRequest(string? Api = null, int? Last = null);

/// <summary>A request that came, and what became of it.</summary>
sealed record JournaledRequest(
    int Node, int Connection, string RemoteAddress, string? ClientId, string Principal, string Api, int Version, int CorrelationId, int SizeInBytes, DateTimeOffset ReceivedAt, double DurationMs, string Outcome)
{
    public ErrorCode Error { get; init; }

    public IReadOnlyList<JournaledError> PartitionErrors { get; init; } = [];

    /// <summary>The ids of the fault rules that happened to it.</summary>
    public IReadOnlyList<int> Faults { get; init; } = [];

    public long RecordsSizeInBytes { get; init; }

    public static JournaledRequest Of(JournalEntry entry) => new(
        entry.NodeId, entry.Connection, $"{entry.RemoteAddress}", entry.ClientId, entry.Principal, entry.Api, entry.Version, entry.CorrelationId, entry.SizeInBytes, entry.ReceivedAt, entry.Duration.TotalMilliseconds, $"{entry.Outcome}")
    {
        Error = entry.Error,
        PartitionErrors = [.. entry.PartitionErrors.Select(error => new JournaledError(error.Topic, error.Partition, error.Error))],
        Faults = entry.Faults,
        RecordsSizeInBytes = entry.RecordsSizeInBytes,
    };
}

sealed record JournaledError(string Topic, int? Partition, ErrorCode Error);

/// <summary>Entries, and how many there are none of any more since newer ones took their place.</summary>
sealed record JournalDescription(IReadOnlyList<JournaledRequest> Entries, long Dropped);

/// <summary>The requests that clients make.</summary>
static class JournalCommands
{
    public static IEnumerable<ControlCommand> All { get; } =
    [
        ControlCommand.Of("StartJournal", "Notes all requests from now on, the last so many of them", """{"capacity": 10000}""", ControlJson.Web.StartJournalRequest, Do<StartJournalRequest>((journal, request) => journal.Start(request.Capacity))),
        ControlCommand.Of("StopJournal", "Notes no more requests", "{}", ControlJson.Web.NoArguments, Do<NoArguments>((journal, _) => journal.Stop())),
        ControlCommand.Of("ClearJournal", "Forgets the requests noted", "{}", ControlJson.Web.NoArguments, Do<NoArguments>((journal, _) => journal.Clear())),
        new ControlCommand<JournalRequest, JournalDescription>("Journal", "The requests noted: of an API or of all, the last so many or all", """{"api": "Produce", "last": 10}""", ControlJson.Web.JournalRequest, ControlJson.Web.JournalDescription, ReadAsync),
    ];

    static Func<EmbeddedKafka, T, Task> Do<T>(Action<RequestJournal, T> change) => (kafka, request) =>
    {
        change(kafka.Journal, request);
        return Task.CompletedTask;
    };

    static Task<JournalDescription> ReadAsync(EmbeddedKafka kafka, JournalRequest request, CancellationToken cancellation)
    {
        var entries = kafka.Journal.Entries.Where(entry => request.Api is not { } api || entry.Api == api);
        return Task.FromResult(new JournalDescription([.. (request.Last is { } last ? entries.TakeLast(last) : entries).Select(JournaledRequest.Of)], kafka.Journal.Dropped));
    }
}
