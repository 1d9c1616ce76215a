using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Partitions;

/// <summary>
/// One fetch as the session cache understood it: the partitions to read, in order, and which of the answers the response has to hold.
/// </summary>
public sealed class FetchContext
{
    readonly Lock ownGate = new();
    readonly FetchSessionCache? cache;
    readonly FetchSession? session;
    readonly int expectedEpoch;
    readonly bool usesTopicIds;

    FetchContext(ErrorCode error, List<FetchPartition> partitions, FetchSessionCache? cache, FetchSession? session, bool usesTopicIds)
    {
        Error = error;
        Partitions = partitions;
        this.cache = cache;
        this.session = session;
        this.usesTopicIds = usesTopicIds;
        expectedEpoch = session?.Epoch ?? FetchSession.FinalEpoch;
    }

    /// <summary>Held while the response is built.</summary>
    public Lock Gate => session?.Gate ?? ownGate;

    public ErrorCode Error { get; }

    public IReadOnlyList<FetchPartition> Partitions { get; }

    /// <summary>True when answers without news are left out.</summary>
    public bool IsIncremental => session is not null;

    public static FetchContext Failed(ErrorCode error) => new(error, [], null, null, false);

    public static FetchContext Sessionless(List<FetchPartition> partitions) => new(ErrorCode.None, partitions, null, null, false);

    public static FetchContext Full(List<FetchPartition> partitions, FetchSessionCache cache, bool usesTopicIds) =>
        new(ErrorCode.None, partitions, cache, null, usesTopicIds);

    public static FetchContext Incremental(FetchSession session) => new(ErrorCode.None, session.Snapshot(), null, session, session.UsesTopicIds);

    /// <summary>
    /// Ends the fetch and names the session that the response announces. A session that another request has used in the meantime answers
    /// INVALID_FETCH_SESSION_EPOCH.
    /// </summary>
    public (ErrorCode Error, int SessionId) Complete()
    {
        if (session is not null)
            return (session.Epoch == expectedEpoch ? ErrorCode.None : ErrorCode.InvalidFetchSessionEpoch, session.Id);
        return (ErrorCode.None, cache?.TryCreate(Partitions, usesTopicIds) ?? FetchSession.NoSession);
    }

    /// <summary>As <see cref="Complete"/> for a response that holds nothing: it begins no session.</summary>
    public (ErrorCode Error, int SessionId) CompleteEmpty() => session is null ? (ErrorCode.None, FetchSession.NoSession) : Complete();

    public void Served(FetchPartition partition) => session?.MoveToEnd(partition);
}
