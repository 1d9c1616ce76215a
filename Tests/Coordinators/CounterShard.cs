using System.Text;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Coordinators;

/// <summary>The smallest shard: it keeps the texts that were appended, and who waits for one.</summary>
sealed class CounterShard(CoordinatorContext context) : ICoordinatorShard
{
    readonly List<PendingReply<string>> waiting = [];

    public List<string> Texts { get; } = [];

    public List<long> ProducerIds { get; } = [];

    public List<(long ProducerId, bool IsCommitted)> Ended { get; } = [];

    public int Updates { get; private set; }

    public CoordinatorContext Context => context;

    public static CoordinatorRecord RecordOf(string text) => new([0, 99, .. Encoding.UTF8.GetBytes(text)], Encoding.UTF8.GetBytes(text));

    /// <summary>Appends and answers how many there are.</summary>
    public int Add(params string[] texts)
    {
        foreach (var text in texts)
            context.Append(RecordOf(text));
        return Texts.Count;
    }

    /// <summary>Appends to a producer's transaction.</summary>
    public int AddTransactional(ProducerIdAndEpoch producer, params string[] texts)
    {
        foreach (var text in texts)
            context.AppendTransactional(RecordOf(text), producer, null);
        return Texts.Count;
    }

    public void Wait(PendingReply<string> reply) => waiting.Add(reply);

    /// <summary>Appends, and answers all who wait.</summary>
    public int AddAndTell(string text)
    {
        foreach (var reply in waiting)
            context.Reply(reply, text);
        waiting.Clear();
        return Add(text);
    }

    public void Replay(in CoordinatorRecord record, long producerId)
    {
        Texts.Add(Encoding.UTF8.GetString(record.Value ?? []));
        ProducerIds.Add(producerId);
    }

    public void ReplayEndTransaction(long producerId, bool isCommitted) => Ended.Add((producerId, isCommitted));

    /// <summary>What is done when it is loaded.</summary>
    public Action? Loading { get; init; }

    public void OnLoaded() => Loading?.Invoke();

    public void OnMetadataUpdate(ClusterImage previous, ClusterImage next) => Updates++;
}
