using System.Net;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Journal;

/// <summary>A request that came, and what became of it.</summary>
public sealed record JournalEntry
{
    internal JournalEntry()
    {
    }

    /// <summary>The id of the node that was asked.</summary>
    public required int NodeId { get; init; }

    /// <summary>The same for all requests of a connection, another for each connection.</summary>
    public required int Connection { get; init; }

    public required IPEndPoint RemoteAddress { get; init; }

    public required string? ClientId { get; init; }

    /// <summary>Who was logged in: "User:alice".</summary>
    public required string Principal { get; init; }

    /// <summary>The name of the API, as Kafka spells it.</summary>
    public required string Api { get; init; }

    public required short Version { get; init; }

    public required int CorrelationId { get; init; }

    /// <summary>The request's size on the wire.</summary>
    public required int SizeInBytes { get; init; }

    /// <summary>When its turn came, by the broker's clock.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How long it took, by the broker's clock.</summary>
    public required TimeSpan Duration { get; init; }

    public required RequestOutcome Outcome { get; init; }

    /// <summary>The error at the top of the response.</summary>
    public required ErrorCode Error { get; init; }

    /// <summary>The errors of partitions; those that have none are not among them.</summary>
    public required IReadOnlyList<PartitionError> PartitionErrors { get; init; }

    /// <summary>The ids of the fault rules that happened to it.</summary>
    public required IReadOnlyList<int> Faults { get; init; }

    /// <summary>How many bytes of records were produced, or fetched.</summary>
    public required long RecordsSizeInBytes { get; init; }

    /// <summary>The message: a ProduceRequest, say. Its records are not kept.</summary>
    public required object Request { get; init; }

    /// <summary>The message that answered it; its records are not kept.</summary>
    public required object? Response { get; init; }
}
