using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>
/// What goes wrong, and with which requests. A request has to match all that is given of it. One thing goes wrong: an error, a throttle, an answer that does not come, a
/// connection that closes, records that are corrupt, or a delay, which any of them can have besides.
/// </summary>
public sealed record FaultRule
{
    /// <summary>APIs by Kafka's names ("Produce"). Without: all that the rule can be applied to.</summary>
    public IReadOnlyList<string>? Apis { get; init; }

    public short? MinVersion { get; init; }

    public short? MaxVersion { get; init; }

    /// <summary>The ids of the nodes that are asked.</summary>
    public IReadOnlyList<int>? Nodes { get; init; }

    public string? ClientId { get; init; }

    /// <summary>Who is logged in: "User:alice".</summary>
    public string? Principal { get; init; }

    /// <summary>A topic that the request names, by name or by id.</summary>
    public string? Topic { get; init; }

    /// <summary>Partitions, of which the request names at least one.</summary>
    public IReadOnlyList<int>? Partitions { get; init; }

    public string? Group { get; init; }

    public string? TransactionalId { get; init; }

    /// <summary>How often it happens; always, without.</summary>
    public int? Count { get; init; }

    /// <summary>How many that match are let through before the first.</summary>
    public int Skip { get; init; }

    /// <summary>How likely it happens to one that matches: above 0, at most 1.</summary>
    public double? Probability { get; init; }

    /// <summary>Makes <see cref="Probability"/> the same each time; the installed rule tells the one it took.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// The error that is answered. Where partitions have errors of their own (Produce, Fetch, ListOffsets, Metadata, OffsetCommit, OffsetFetch, DeleteRecords, OffsetForLeaderEpoch,
    /// TxnOffsetCommit, DescribeProducers, WriteTxnMarkers, AlterReplicaLogDirs) it is that of each partition that matches, and counted for each; the others are served. Elsewhere the whole request fails.
    /// </summary>
    public ErrorCode? Error { get; init; }

    /// <summary>The whole request fails with <see cref="Error"/>, as Kafka answers then: at the top of the response, or in all its items where the top has no place for an error.</summary>
    public bool TopLevel { get; init; }

    /// <summary>
    /// Whether an error or a close comes before the work, or after it was done. Without: before it, but a Produce that ends with REQUEST_TIMED_OUT or NOT_ENOUGH_REPLICAS_AFTER_APPEND has written its records.
    /// </summary>
    public FaultTime? When { get; init; }

    /// <summary>How long the request waits before it is served, by the broker's clock.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>What the answer tells the client to wait; for as long the connection is muted, as by a quota.</summary>
    public int? ThrottleTimeMs { get; init; }

    /// <summary>The work is done, and the answer lost, with all later ones of this connection: clients take answers in order. The connection stays open.</summary>
    public bool Drop { get; init; }

    public bool CloseConnection { get; init; }

    /// <summary>The request is lost, with all later ones of this connection. The connection stays open.</summary>
    public bool BlackHole { get; init; }

    /// <summary>The first batch of each partition that is fetched has a wrong CRC. The log is as it was.</summary>
    public bool CorruptRecords { get; init; }
}
