using System.Collections.Immutable;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>A partition as this process holds it: its log, who leads it, and the fetches that wait for more of it.</summary>
public sealed class Partition(TopicPartition id, Uuid topicId, PartitionRegistration registration, UnifiedLog log)
{
    const short AllReplicas = -1;
    const int NoEpoch = -1;

    ImmutableList<DelayedFetch> waiting = [];
    PartitionRegistration registration = registration;

    public TopicPartition Id => id;

    public Uuid TopicId => topicId;

    public UnifiedLog Log => log;

    public PartitionRegistration Registration
    {
        get => Volatile.Read(ref registration);
        set
        {
            if (Volatile.Read(ref registration) == value)
                return;
            Volatile.Write(ref registration, value);
            CompleteWaiting();
        }
    }

    public LogBounds Bounds => log.Bounds;

    /// <summary>Compares the epoch a client believes in with ours; -1 asks for no check.</summary>
    public ErrorCode CheckLeaderEpoch(int currentLeaderEpoch)
    {
        var leaderEpoch = Registration.LeaderEpoch;
        return currentLeaderEpoch switch
        {
            NoEpoch => ErrorCode.None,
            _ when currentLeaderEpoch < leaderEpoch => ErrorCode.FencedLeaderEpoch,
            _ when currentLeaderEpoch > leaderEpoch => ErrorCode.UnknownLeaderEpoch,
            _ => ErrorCode.None,
        };
    }

    /// <summary>Appends validated batches as their leader; done when they are as durable as the topic asks for.</summary>
    public async ValueTask<LogAppendInfo> AppendAsync(Records records, short requiredAcks, AppendOrigin origin)
    {
        var current = Registration;
        var minInsyncReplicas = Math.Min(log.Config.MinInsyncReplicas, current.Replicas.Length);
        if (requiredAcks == AllReplicas && current.Isr.Length < minInsyncReplicas)
        {
            return LogAppendInfo.Failed(
                ErrorCode.NotEnoughReplicas,
                $"The size of the current ISR {current.Isr.Length} is insufficient to satisfy the min.isr requirement of {minInsyncReplicas} for partition {id}");
        }

        var info = await log.AppendAsync(records, current.LeaderEpoch, origin).ConfigureAwait(false);
        if (info.Error == ErrorCode.None && !info.IsDuplicate)
        {
            foreach (var fetch in Volatile.Read(ref waiting))
                fetch.OnAppended(records.SizeInBytes);
        }

        return info;
    }

    public ValueTask<FetchDataInfo> ReadAsync(long offset, int maxBytes, FetchIsolation isolation, bool minOneBatch) =>
        log.ReadAsync(offset, maxBytes, isolation, minOneBatch);

    public EpochEndOffset EndOffsetForEpoch(int epoch) => log.EndOffsetForEpoch(epoch);

    public async ValueTask<(ErrorCode Error, long LogStartOffset)> AdvanceLogStartAsync(long offset)
    {
        var result = await log.AdvanceLogStartAsync(offset).ConfigureAwait(false);
        CompleteWaiting();
        return result;
    }

    public void Add(DelayedFetch fetch) => ImmutableInterlocked.Update(ref waiting, static (list, added) => list.Add(added), fetch);

    public void Remove(DelayedFetch fetch) => ImmutableInterlocked.Update(ref waiting, static (list, removed) => list.Remove(removed), fetch);

    /// <summary>Lets waiting fetches look again: the partition has another leader, another log start, or is gone.</summary>
    public void CompleteWaiting()
    {
        foreach (var fetch in Volatile.Read(ref waiting))
            fetch.Complete();
    }
}
