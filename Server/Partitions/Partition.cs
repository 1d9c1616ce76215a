using System.Collections.Immutable;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>A partition as this process holds it: its log, who leads it, and the fetches that wait for more of it.</summary>
public sealed class Partition(TopicPartition id, Uuid topicId, PartitionRegistration registration, UnifiedLog log)
{
    const short AllReplicas = -1;
    const int NoEpoch = -1;

    readonly Lock logLock = new();
    readonly ThawQueue delayed = new();
    ImmutableList<DelayedFetch> waiting = [];
    PartitionRegistration registration = registration;
    UnifiedLog log = log;

    public TopicPartition Id => id;

    public Uuid TopicId => topicId;

    /// <summary>The log as it is now: when the partition moves to another data directory, another one takes its place.</summary>
    public UnifiedLog Log => Volatile.Read(ref log);

    /// <summary>The topic's configuration; a new one counts from the next append on.</summary>
    public TopicConfig Config
    {
        get => Log.Config;
        set
        {
            lock (logLock)
                Log.Config = value;
        }
    }

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

    public LogBounds Bounds => Log.Bounds;

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

    /// <summary>Starts the verification that this partition belongs to a producer's transaction; null where the producer has one open in it, which was verified then.</summary>
    public VerificationGuard? StartTransactionVerification(ProducerIdAndEpoch producer, int baseSequence, bool supportsEpochBump)
    {
        // Not in a log that is being replaced: the one in its place would not know of it.
        lock (logLock)
            return log.Producers.StartTransactionVerification(producer, baseSequence, supportsEpochBump);
    }

    /// <summary>Appends validated batches as their leader; done when they are as durable as the topic asks for.</summary>
    public async ValueTask<LogAppendInfo> AppendAsync(Records records, short requiredAcks, AppendOrigin origin, TransactionalAppend transaction = default)
    {
        var current = Registration;
        var minInsyncReplicas = Math.Min(Config.MinInsyncReplicas, current.Replicas.Length);
        if (requiredAcks == AllReplicas && current.Isr.Length < minInsyncReplicas)
        {
            return LogAppendInfo.Failed(
                ErrorCode.NotEnoughReplicas,
                $"The size of the current ISR {current.Isr.Length} is insufficient to satisfy the min.isr requirement of {minInsyncReplicas} for partition {id}");
        }

        var info = await AppendToLogAsync(records, current.LeaderEpoch, origin, transaction).ConfigureAwait(false);
        if (info.Error == ErrorCode.None && !info.IsDuplicate && Volatile.Read(ref waiting) is { IsEmpty: false } fetches)
            OnAppended(fetches, records, info.LastOffset);
        return info;
    }

    public async ValueTask<FetchDataInfo> ReadAsync(long offset, int maxBytes, FetchIsolation isolation, bool minOneBatch)
    {
        while (true)
        {
            var current = Log;
            var data = await current.ReadAsync(offset, maxBytes, isolation, minOneBatch).ConfigureAwait(false);
            // A log that has been replaced meanwhile says nothing about the partition.
            if (data.Error == ErrorCode.None || current == Log)
                return data;
        }
    }

    public EpochEndOffset EndOffsetForEpoch(int epoch) => Log.EndOffsetForEpoch(epoch);

    public async ValueTask<(ErrorCode Error, long LogStartOffset)> AdvanceLogStartAsync(long offset)
    {
        var current = Log;
        var result = await current.AdvanceLogStartAsync(offset).ConfigureAwait(false);
        while (result.Error == ErrorCode.KafkaStorageError && await WasFrozenAsync(current).ConfigureAwait(false))
        {
            current = Log;
            result = await current.AdvanceLogStartAsync(offset).ConfigureAwait(false);
        }

        CompleteWaiting();
        return result;
    }

    /// <summary>Asks the log something that reads its segments: again where another log has taken its place meanwhile.</summary>
    public async ValueTask<T> AskLogAsync<T>(Func<UnifiedLog, ValueTask<T>> ask)
    {
        while (true)
        {
            var current = Log;
            var answer = await ask(current).ConfigureAwait(false);
            if (current == Log)
                return answer;
        }
    }

    public async ValueTask AssignLeaderEpochAsync(int epoch)
    {
        var current = Log;
        while (current.AssignLeaderEpoch(epoch) == ErrorCode.KafkaStorageError && await WasFrozenAsync(current).ConfigureAwait(false))
            current = Log;
    }

    /// <summary>Takes another log with the same records, in another data directory, in place of the one before.</summary>
    internal void Replace(UnifiedLog moved)
    {
        lock (logLock)
        {
            moved.Config = log.Config;
            moved.Producers.TakeOver(log.Producers);
            Volatile.Write(ref log, moved);
        }

        CompleteWaiting();
    }

    public void Add(DelayedFetch fetch) => ImmutableInterlocked.Update(ref waiting, static (list, added) => list.Add(added), fetch);

    public void Remove(DelayedFetch fetch) => ImmutableInterlocked.Update(ref waiting, static (list, removed) => list.Remove(removed), fetch);

    /// <summary>Lets waiting fetches look again: the partition has another leader, another log start, or is gone.</summary>
    public void CompleteWaiting()
    {
        foreach (var fetch in Volatile.Read(ref waiting))
            fetch.Complete();
    }

    void OnAppended(ImmutableList<DelayedFetch> fetches, Records records, long lastOffset)
    {
        var isStable = Bounds.LastStableOffset > lastOffset;
        var endsTransaction = new RecordBatch(records.Span).IsControl;
        foreach (var fetch in fetches)
            fetch.OnAppended(records.SizeInBytes, isStable, endsTransaction);
    }

    /// <summary>In the order of the calls, also where some of them wait for a log that moves.</summary>
    async ValueTask<LogAppendInfo> AppendToLogAsync(Records records, int leaderEpoch, AppendOrigin origin, TransactionalAppend transaction)
    {
        if (delayed.IsEmpty)
        {
            var current = Log;
            var append = current.AppendAsync(records, leaderEpoch, origin, transaction);
            // A frozen log refuses at once: what fails later has been written.
            var isAtOnce = append.IsCompleted;
            var info = await append.ConfigureAwait(false);
            if (!isAtOnce || info.Error != ErrorCode.KafkaStorageError || !MayGoOn(current))
                return info;
        }

        return await AppendInTurnAsync(records, leaderEpoch, origin, transaction).ConfigureAwait(false);
    }

    async ValueTask<LogAppendInfo> AppendInTurnAsync(Records records, int leaderEpoch, AppendOrigin origin, TransactionalAppend transaction)
    {
        var append = await delayed.RunAsync(() => StartAppendAsync(records, leaderEpoch, origin, transaction)).ConfigureAwait(false);
        return await append.ConfigureAwait(false);
    }

    /// <summary>Done when a log that is not frozen has taken the append or refused it, however long it takes to be durable.</summary>
    async Task<Task<LogAppendInfo>> StartAppendAsync(Records records, int leaderEpoch, AppendOrigin origin, TransactionalAppend transaction)
    {
        while (true)
        {
            var current = Log;
            var append = current.AppendAsync(records, leaderEpoch, origin, transaction).AsTask();
            if (!append.IsCompleted || (await append.ConfigureAwait(false)).Error != ErrorCode.KafkaStorageError || !await WasFrozenAsync(current).ConfigureAwait(false))
                return append;
        }
    }

    /// <summary>Whether what a log has refused may be done later, or now by the one in its place, which has taken it before the frozen one thaws.</summary>
    bool MayGoOn(UnifiedLog refusing) => !refusing.Thawed.IsCompleted || refusing != Log || refusing.IsUsable;

    /// <summary>Waits while a log is frozen; true when it was, so that what it has refused can be done now, by it or by the one in its place.</summary>
    async ValueTask<bool> WasFrozenAsync(UnifiedLog refusing)
    {
        await refusing.Thawed.ConfigureAwait(false);
        return refusing != Log || refusing.IsUsable;
    }
}
