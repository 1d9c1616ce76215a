using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Partitions;

/// <summary>
/// The fetch sessions of a broker, at most <c>max.incremental.fetch.session.cache.slots</c>. A full cache gives up a session unused for two minutes, else the
/// smallest one of at least that age if it is not larger than the new one; without either the fetch goes on sessionless.
/// </summary>
public sealed class FetchSessionCache(int slots, TimeProvider time)
{
    static readonly TimeSpan MinAge = TimeSpan.FromMinutes(2);

    readonly Lock gate = new();
    readonly Dictionary<int, FetchSession> sessions = [];

    public int Count
    {
        get
        {
            lock (gate)
                return sessions.Count;
        }
    }

    public FetchContext Begin(int sessionId, int epoch, bool usesTopicIds, List<FetchPartition> wanted, IEnumerable<FetchKey> forgotten)
    {
        lock (gate)
        {
            if (epoch is FetchSession.InitialEpoch or FetchSession.FinalEpoch)
            {
                sessions.Remove(sessionId);
                return epoch == FetchSession.FinalEpoch ? FetchContext.Sessionless(wanted) : FetchContext.Full(wanted, this, usesTopicIds);
            }

            if (!sessions.TryGetValue(sessionId, out var session))
                return FetchContext.Failed(ErrorCode.FetchSessionIdNotFound);
            if (session.Epoch != epoch)
                return FetchContext.Failed(ErrorCode.InvalidFetchSessionEpoch);
            if (session.UsesTopicIds != usesTopicIds)
                return FetchContext.Failed(ErrorCode.FetchSessionTopicIdError);
            return Continue(session, wanted, forgotten);
        }
    }

    /// <summary>Makes a session of a full fetch; <see cref="FetchSession.NoSession"/> when the cache has no room.</summary>
    public int TryCreate(IReadOnlyList<FetchPartition> partitions, bool usesTopicIds)
    {
        lock (gate)
        {
            if (slots <= 0 || (sessions.Count >= slots && !TryEvict(partitions.Count)))
                return FetchSession.NoSession;
            var session = new FetchSession(NewId(), usesTopicIds, time.GetUtcNow());
            foreach (var partition in partitions)
                session.Add(partition);
            sessions.Add(session.Id, session);
            return session.Id;
        }
    }

    FetchContext Continue(FetchSession session, List<FetchPartition> wanted, IEnumerable<FetchKey> forgotten)
    {
        lock (session.Gate)
        {
            foreach (var partition in wanted)
                session.Add(partition);
            foreach (var key in forgotten)
                session.Forget(key);
            if (session.Count == 0)
            {
                sessions.Remove(session.Id);
                return FetchContext.Sessionless(wanted);
            }

            session.LastUsed = time.GetUtcNow();
            session.Advance();
            return FetchContext.Incremental(session);
        }
    }

    bool TryEvict(int size)
    {
        var now = time.GetUtcNow();
        var stale = sessions.Values.MinBy(session => session.LastUsed);
        if (stale is not null && now - stale.LastUsed > MinAge)
            return sessions.Remove(stale.Id);
        var smallest = sessions.Values.Where(session => now - session.Created > MinAge).MinBy(session => session.Count);
        return smallest is not null && smallest.Count <= size && sessions.Remove(smallest.Id);
    }

    [SuppressMessage("Security", "CA5394", Justification = "A session id is a handle, not a secret.")]
    int NewId()
    {
        int id;
        do
            id = Random.Shared.Next(1, int.MaxValue);
        while (sessions.ContainsKey(id));
        return id;
    }
}
