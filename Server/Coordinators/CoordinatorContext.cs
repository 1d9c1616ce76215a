using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Coordinators;

/// <summary>What a shard's state machine may do in its turn: append records, which change the state at once, and give answers, which leave when these are durable.</summary>
public sealed class CoordinatorContext
{
    const long NoProducerId = -1;

    readonly CoordinatorWrites writes;
    readonly ClusterMetadata cluster;
    readonly TimeProvider time;
    readonly HashSet<IPendingReply> pending = [];

    internal CoordinatorContext(CoordinatorWrites writes, CoordinatorTimers timers, ClusterMetadata cluster, TimeProvider time, ILogger logger)
    {
        this.writes = writes;
        this.cluster = cluster;
        this.time = time;
        Timers = timers;
        Logger = logger;
    }

    public CoordinatorTimers Timers { get; }

    public ILogger Logger { get; }

    public ClusterImage Image => cluster.Image;

    /// <summary>Milliseconds since 1970.</summary>
    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How replaying a record changes the state; set by the shard's owner once there is one.</summary>
    internal ICoordinatorShard Shard { private get; set; } = null!;

    /// <summary>Makes sure that a record can be appended once others have been, after which nothing can be refused any more.</summary>
    /// <exception cref="CoordinatorException">It is larger than the topic takes.</exception>
    public void Check(in CoordinatorRecord record) => writes.Check(record);

    /// <summary>Appends a record and replays it.</summary>
    /// <exception cref="CoordinatorException">It is larger than the topic takes; nothing has changed.</exception>
    public void Append(in CoordinatorRecord record)
    {
        writes.Add(record);
        Shard.Replay(record, NoProducerId);
    }

    /// <summary>Gives an answer, which leaves when all that has been appended until the end of this turn is durable.</summary>
    public void Reply<T>(PendingReply<T> reply, T response)
    {
        pending.Remove(reply);
        writes.WhenDurable(error =>
        {
            if (error == ErrorCode.None)
                reply.Complete(response);
            else
                Fail(reply, error);
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
            Fail(reply, error);
        pending.Clear();
    }

    static void Fail(IPendingReply reply, ErrorCode error) => reply.Fail(new(error));
}
