using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;

namespace NettyKafka.Server.Coordinators;

/// <summary>
/// The coordinator of one partition in one leader epoch. Operations run one at a time, on the thread that finds the queue empty; their records change the state at
/// once and go to the log together. When a write fails the state is thrown away: the log is the truth, and is loaded again.
/// </summary>
public sealed class CoordinatorPartition<TShard> : IAsyncDisposable
    where TShard : class, ICoordinatorShard
{
    readonly ConcurrentQueue<Action> queue = new();
    readonly Partition partition;
    readonly ILogger logger;
    readonly CoordinatorWrites writes;
    readonly CoordinatorTimers timers;
    readonly CoordinatorContext context;
    readonly TShard shard;
    readonly TaskCompletionSource<Task> ended = new();
    int queued;
    volatile CoordinatorState state = CoordinatorState.Loading;

    internal CoordinatorPartition(Partition partition, ClusterMetadata cluster, CoordinatorSettings settings, Func<CoordinatorContext, TShard> create, ILogger logger)
    {
        this.partition = partition;
        this.logger = logger;
        writes = new(partition, settings.Compression, settings.Time, logger, () => Close(CoordinatorState.Failed));
        timers = new(settings.Time, () => Enqueue(RunTimers));
        context = new(partition, writes, timers, cluster, settings.Time, logger) { Post = Post, Fail = Fail };
        context.Shard = shard = create(context);
    }

    public CoordinatorState State => state;

    /// <summary>Whether it has written anything since it was loaded.</summary>
    internal bool HasWritten => writes.HasWritten;

    /// <summary>Called when it can serve no more though it leads: somebody has to load the partition again, when the task is done.</summary>
    internal Action<Task>? Failed { get; init; }

    /// <summary>Runs an operation in its turn; answers when all that it saw is durable.</summary>
    /// <exception cref="CoordinatorException">It was refused, or there is no state to run it on.</exception>
    public Task<T> RunAsync<T>(Func<TShard, T> operation)
    {
        var reply = new PendingReply<T>();
        Enqueue(() => Run(operation, reply));
        return reply.Task;
    }

    /// <summary>Runs an operation that takes on to give its answer, now or in a later turn.</summary>
    public Task<T> RequestAsync<T>(Action<TShard, PendingReply<T>> operation)
    {
        var reply = new PendingReply<T>();
        Enqueue(() => Run(operation, reply));
        return reply.Task;
    }

    /// <summary>Ends it: what waits for an answer hears that the coordinator is elsewhere. Done when nothing of it reaches the log any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Close(CoordinatorState.Closed);
        var settled = await ended.Task.ConfigureAwait(false);
        await settled.ConfigureAwait(false);
    }

    internal void Post(Action<TShard> operation) => Post(() => operation(shard));

    internal async Task LoadAsync()
    {
        try
        {
            var count = await CoordinatorLoader.LoadAsync(partition, shard).ConfigureAwait(false);
            logger.LogDebug("Loaded {Count} records of {Partition}", count, partition.Id);
            Enqueue(Activate);
        }
        catch (Exception e)
        {
            logger.LogError(e, "The coordinator of {Partition} cannot be loaded", partition.Id);
            Close(CoordinatorState.Failed);
        }
    }

    void Activate()
    {
        if (Interlocked.CompareExchange(ref state, CoordinatorState.Active, CoordinatorState.Loading) == CoordinatorState.Loading)
            Guard(shard.OnLoaded, static _ => { });
    }

    void Run<T>(Func<TShard, T> operation, PendingReply<T> reply)
    {
        if (State != CoordinatorState.Active)
            context.Refuse(reply, new(Refusal()));
        else
            Guard(() => context.Reply(reply, operation(shard)), e => context.Refuse(reply, e));
    }

    void Run<T>(Action<TShard, PendingReply<T>> operation, PendingReply<T> reply)
    {
        context.Track(reply);
        if (State != CoordinatorState.Active)
            context.Refuse(reply, new(Refusal()));
        else
            Guard(() => operation(shard, reply), e => context.Refuse(reply, e));
    }

    /// <summary>An operation may refuse as long as it has appended nothing; whatever else it throws leaves a state that nobody can trust.</summary>
    void Guard(Action operation, Action<CoordinatorException> refused)
    {
        var before = writes.Count;
        var mark = writes.Mark();
        try
        {
            operation();
        }
        catch (CoordinatorException e) when (writes.Count == before)
        {
            refused(e);
        }
        catch (Exception e)
        {
            writes.Undo(mark);
            refused(new(ErrorCode.UnknownServerError));
            Fail(e);
        }
    }

    void Post(Action turn) => Enqueue(() => RunIfActive(turn));

    void RunTimers() => RunIfActive(timers.RunDue);

    void RunIfActive(Action turn)
    {
        if (State == CoordinatorState.Active)
            Guard(turn, static _ => { });
    }

    void Fail(Exception e)
    {
        logger.LogError(e, "The coordinator of {Partition} failed and is loaded again", partition.Id);
        Close(CoordinatorState.Failed);
    }

    /// <summary>From here on nothing runs any more, whoever calls; who waits hears of it in the next turn.</summary>
    void Close(CoordinatorState closed)
    {
        var before = Interlocked.Exchange(ref state, closed);
        timers.Dispose();
        Enqueue(() => End(isToBeLoaded: closed == CoordinatorState.Failed && before == CoordinatorState.Active));
    }

    /// <summary>What turns before this one have appended counts, and is on its way to the log.</summary>
    void End(bool isToBeLoaded)
    {
        context.FailPending(ErrorCode.NotCoordinator);
        writes.Flush();
        ended.TrySetResult(writes.Settled);
        if (isToBeLoaded)
            Failed?.Invoke(writes.Settled);
    }

    ErrorCode Refusal() => State == CoordinatorState.Loading ? ErrorCode.CoordinatorLoadInProgress : ErrorCode.NotCoordinator;

    void Enqueue(Action turn)
    {
        queue.Enqueue(turn);
        if (Interlocked.Increment(ref queued) == 1)
            RunQueue();
    }

    void RunQueue()
    {
        do
        {
            if (queue.TryDequeue(out var turn))
                turn();
            if (Volatile.Read(ref queued) == 1 || writes.IsFull)
                writes.Flush();
        }
        while (Interlocked.Decrement(ref queued) > 0);
    }
}
