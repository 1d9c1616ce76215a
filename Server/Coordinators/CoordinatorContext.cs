using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Coordinators;

/// <summary>What a shard's state machine may do in its turn: append records, which change the state at once, and give answers, which leave when these are durable.</summary>
public sealed class CoordinatorContext
{
    readonly Partition partition;
    readonly CoordinatorWrites writes;
    readonly ClusterMetadata cluster;
    readonly TimeProvider time;
    readonly HashSet<IPendingReply> pending = [];

    internal CoordinatorContext(Partition partition, CoordinatorWrites writes, CoordinatorTimers timers, ClusterMetadata cluster, TimeProvider time, ILogger logger)
    {
        this.partition = partition;
        this.writes = writes;
        this.cluster = cluster;
        this.time = time;
        Timers = timers;
        Logger = logger;
        Epoch = partition.Registration.LeaderEpoch;
    }

    /// <summary>The leader epoch of the shard's partition, by which a coordinator fences the one before it.</summary>
    public int Epoch { get; }

    public CoordinatorTimers Timers { get; }

    public ILogger Logger { get; }

    public ClusterImage Image => cluster.Image;

    /// <summary>Milliseconds since 1970.</summary>
    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How replaying a record changes the state; set by the shard's owner once there is one.</summary>
    internal ICoordinatorShard Shard { private get; set; } = null!;

    /// <summary>Brings something into the shard's turn; set by the shard's owner.</summary>
    internal Action<Action> Post { private get; set; } = null!;

    /// <summary>Ends the coordinator, which is loaded again; set by the shard's owner.</summary>
    internal Action<Exception> Fail { private get; set; } = null!;

    /// <summary>Makes sure that a record can be appended once others have been, after which nothing can be refused any more.</summary>
    /// <exception cref="CoordinatorException">It is larger than the topic takes.</exception>
    public void Check(in CoordinatorRecord record) => writes.Check(record);

    /// <summary>Whether the topic takes a record.</summary>
    public bool Fits(in CoordinatorRecord record) => writes.Fits(record);

    /// <summary>Appends a record and replays it.</summary>
    /// <exception cref="CoordinatorException">It is larger than the topic takes; nothing has changed.</exception>
    public void Append(in CoordinatorRecord record)
    {
        writes.Add(new(record));
        Shard.Replay(record, ProducerIdAndEpoch.None.ProducerId);
    }

    /// <summary>
    /// Whether a record of a producer's transaction can be appended now. It is for the log to decide: what still waits for a log that moves may change its answer, and
    /// what it refuses then costs everybody no more than looking for the coordinator again.
    /// </summary>
    /// <param name="producer">The producer.</param>
    /// <param name="guard">Of the verification that the partition belongs to its transaction; null where it has an open one in it already.</param>
    public ErrorCode CheckTransactional(ProducerIdAndEpoch producer, VerificationGuard? guard) => partition.Log.Producers.CheckTransactionalAppend(producer, guard);

    /// <summary>Appends a record to a producer's transaction, and replays it.</summary>
    /// <exception cref="CoordinatorException">It is larger than the topic takes; nothing has changed.</exception>
    public void AppendTransactional(in CoordinatorRecord record, ProducerIdAndEpoch producer, VerificationGuard? guard)
    {
        writes.Add(new(record, producer, guard, null));
        Shard.Replay(record, producer.ProducerId);
    }

    /// <summary>Whether a marker can be appended now, as <see cref="CheckTransactional"/>.</summary>
    public ErrorCode CheckMarker(TxnMarkerEntry marker) => partition.Log.Producers.CheckMarker(marker);

    /// <summary>Ends a producer's transaction in the log, and replays that.</summary>
    public void AppendMarker(TxnMarkerEntry marker)
    {
        writes.Add(new(marker));
        Shard.ReplayEndTransaction(marker.Producer.ProducerId, marker.IsCommit);
    }

    /// <summary>Starts work elsewhere once all that has been appended until the end of this turn is durable; what comes of it is taken in in a later turn.</summary>
    public void WhenDurable<T>(Func<Task<T>> work, Action<T> then) => writes.WhenDurable(error =>
    {
        if (error == ErrorCode.None)
            _ = RunAsync(work, then);
    });

    /// <summary>Gives an answer, which leaves when all that has been appended until the end of this turn is durable.</summary>
    public void Reply<T>(PendingReply<T> reply, T response)
    {
        pending.Remove(reply);
        writes.WhenDurable(error =>
        {
            if (error == ErrorCode.None)
                reply.Complete(response);
            else
                FailReply(reply, error);
        });
    }

    /// <summary>As <see cref="Reply"/>, with an error in place of an answer.</summary>
    public void Refuse(IPendingReply reply, CoordinatorException exception)
    {
        pending.Remove(reply);
        writes.WhenDurable(error => reply.Fail(error == ErrorCode.None ? exception : new(error)));
    }

    /// <summary>An answer that fails by itself if the coordinator ceases before it is given.</summary>
    internal void Track(IPendingReply reply) => pending.Add(reply);

    internal void FailPending(ErrorCode error)
    {
        foreach (var reply in pending)
            FailReply(reply, error);
        pending.Clear();
    }

    async Task RunAsync<T>(Func<Task<T>> work, Action<T> then)
    {
        try
        {
            var result = await work().ConfigureAwait(false);
            Post(() => then(result));
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    static void FailReply(IPendingReply reply, ErrorCode error) => reply.Fail(new(error));
}
