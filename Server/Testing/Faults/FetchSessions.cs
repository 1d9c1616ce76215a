using NettyKafka.Codec.Messages;

namespace NettyKafka.Testing.Faults;

/// <summary>What each fetch session of a connection fetches: its requests name only what has changed.</summary>
sealed class FetchSessions
{
    const int NoSession = 0;
    const int FirstEpoch = 0;

    readonly Dictionary<int, HashSet<NamedPartition>> sessions = [];

    public IEnumerable<NamedPartition> Of(FetchRequest request) => sessions.GetValueOrDefault(request.SessionId) ?? [];

    public void Answered(FetchRequest request, FetchResponse response)
    {
        if (request.SessionEpoch <= FirstEpoch)
            sessions.Remove(request.SessionId);
        if (response.SessionId == NoSession)
            return;
        if (request.SessionEpoch <= FirstEpoch)
            sessions[response.SessionId] = [];
        if ((request.Topics.Count == 0 && request.ForgottenTopicsData.Count == 0) || !sessions.TryGetValue(response.SessionId, out var session))
            return;
        session.ExceptWith(request.ForgottenTopicsData.SelectMany(t => NamedPartition.Of(t.Topic, t.TopicId, t.Partitions)));
        session.UnionWith(RequestTopics.Of(ApiKeys.Fetch, request));
    }
}
