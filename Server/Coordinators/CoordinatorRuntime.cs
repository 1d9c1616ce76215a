using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;

namespace NettyKafka.Server.Coordinators;

/// <summary>
/// The coordinators of one internal topic, one for each partition that a node of this process leads. Follows the cluster's image: a partition that gets another
/// leader has its coordinator closed and loaded anew.
/// </summary>
public sealed class CoordinatorRuntime<TShard>(
    ClusterMetadata cluster, PartitionTable partitions, CoordinatorSettings settings, Func<CoordinatorContext, TShard> create, ILogger logger) : IDisposable
    where TShard : class, ICoordinatorShard
{
    const int MaxDoublings = 8;
    static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentDictionary<int, CoordinatorPartition<TShard>> coordinators = new();
    readonly Lock gate = new();
    bool isStopped;

    public string Topic => settings.Topic;

    /// <summary>The partition that keeps the state of a group or a transactional id.</summary>
    /// <exception cref="CoordinatorException">There is no topic yet.</exception>
    public int PartitionFor(string key) => cluster.Image.FindTopic(Topic) is { } topic
        ? CoordinatorKey.PartitionFor(key, topic.Partitions.Count)
        : throw new CoordinatorException(ErrorCode.CoordinatorNotAvailable);

    /// <summary>The partitions whose coordinator a node is.</summary>
    public IEnumerable<int> PartitionsOf(Node node) => cluster.Image.FindTopic(Topic) is { } topic
        ? topic.Partitions.Values.Where(partition => partition.Leader == node.Id).Select(partition => partition.PartitionId)
        : [];

    /// <summary>Runs an operation on a partition's state as seen from a node; answers when what it has done, and what it saw, is durable.</summary>
    /// <exception cref="CoordinatorException">The operation was refused, or the node is not the one to ask, or not yet.</exception>
    public Task<T> RunAsync<T>(Node node, int partition, Func<TShard, T> operation) => AnswerAsync(Find(node, partition).RunAsync(operation));

    /// <summary>As <see cref="RunAsync{T}(Node,int,Func{TShard,T})"/>, for an operation that may give its answer in a later turn.</summary>
    public Task<T> RunAsync<T>(Node node, int partition, Action<TShard, PendingReply<T>> operation) => AnswerAsync(Find(node, partition).RequestAsync(operation));

    /// <summary>As <see cref="RunAsync{T}(Node,int,Func{TShard,T})"/>, for the broker's own sake: whichever of this process's nodes is the one to ask.</summary>
    /// <exception cref="CoordinatorException">The operation was refused, or no node is the one to ask, or not yet.</exception>
    public Task<T> RunAsync<T>(int partition, Func<TShard, T> operation) => AnswerAsync(Find(partition).RunAsync(operation));

    /// <summary>As <see cref="RunAsync{T}(Node,int,Func{TShard,T})"/>, for an operation that gives its answer in its own time, however long that is.</summary>
    public Task<T> RequestAsync<T>(Node node, int partition, Action<TShard, PendingReply<T>> operation) => Find(node, partition).RequestAsync(operation);

    /// <summary>Runs an operation on every shard whose coordinator a node is; one that has just ceased to be it counts for nothing.</summary>
    /// <exception cref="CoordinatorException">One of them is still loading.</exception>
    public async Task<IReadOnlyList<T>> RunOnAllAsync<T>(Node node, Func<TShard, T> operation)
    {
        var answers = await Task.WhenAll(PartitionsOf(node).Select(partition => RunIfHereAsync(node, partition, operation))).ConfigureAwait(false);
        return [.. answers.SelectMany(answer => answer)];
    }

    /// <summary>Follows a new image. What was there before, or is new and empty, is loaded when this is done; what has moved loads in the background.</summary>
    public async ValueTask ApplyAsync(ClusterImage previous, ClusterImage next)
    {
        var (before, topic) = (previous.FindTopic(Topic), next.FindTopic(Topic));
        if (!ReferenceEquals(before, topic))
        {
            var closed = Close(before, topic);
            var loads = Elect(before, topic).ConvertAll(elected => LoadAsync(closed.GetValueOrDefault(elected.PartitionId, Task.CompletedTask), elected.Coordinator));
            if (before is null)
                await Task.WhenAll(loads).ConfigureAwait(false);
        }

        foreach (var coordinator in coordinators.Values)
            coordinator.Post(shard => shard.OnMetadataUpdate(previous, next));
    }

    /// <summary>Closes all coordinators: who waits for an answer looks for another one.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isStopped = true;
            foreach (var coordinator in coordinators.Values)
                _ = coordinator.DisposeAsync().AsTask();
        }
    }

    [SuppressMessage("Usage", "VSTHRD003", Justification = "It is an answer that nobody's thread is held for.")]
    async Task<T> AnswerAsync<T>(Task<T> answer)
    {
        if (answer.IsCompleted)
            return await answer.ConfigureAwait(false);
        try
        {
            return await answer.WaitAsync(settings.WriteTimeout, settings.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new CoordinatorException(CoordinatorException.OfAppend(ErrorCode.RequestTimedOut));
        }
    }

    async Task<IReadOnlyList<T>> RunIfHereAsync<T>(Node node, int partition, Func<TShard, T> operation)
    {
        try
        {
            return [await RunAsync(node, partition, operation).ConfigureAwait(false)];
        }
        catch (CoordinatorException e) when (e.Error == ErrorCode.NotCoordinator)
        {
            return [];
        }
    }

    CoordinatorPartition<TShard> Find(Node node, int partition)
    {
        var leader = cluster.Image.FindTopic(Topic)?.Partitions.GetValueOrDefault(partition)?.Leader;
        return leader == node.Id ? Find(partition) : throw new CoordinatorException(ErrorCode.NotCoordinator);
    }

    CoordinatorPartition<TShard> Find(int partition) => coordinators.GetValueOrDefault(partition) ?? throw new CoordinatorException(ErrorCode.NotCoordinator);

    /// <summary>Answers for each partition when nothing of its coordinator reaches the log any more.</summary>
    Dictionary<int, Task> Close(TopicImage? before, TopicImage? topic)
    {
        var closed = new Dictionary<int, Task>();
        foreach (var registration in before?.Partitions.Values ?? [])
        {
            if (!IsSameLeader(registration, topic?.Partitions.GetValueOrDefault(registration.PartitionId)) && coordinators.TryRemove(registration.PartitionId, out var coordinator))
                closed[registration.PartitionId] = coordinator.DisposeAsync().AsTask();
        }

        return closed;
    }

    List<(int PartitionId, CoordinatorPartition<TShard> Coordinator)> Elect(TopicImage? before, TopicImage? topic) =>
    [
        .. from registration in topic?.Partitions.Values ?? []
           where !IsSameLeader(registration, before?.Partitions.GetValueOrDefault(registration.PartitionId))
           where cluster.FindNode(registration.Leader) is not null
           let coordinator = Create(registration.PartitionId)
           where coordinator is not null
           select (registration.PartitionId, coordinator),
    ];

    CoordinatorPartition<TShard>? Create(int partitionId)
    {
        lock (gate)
            return isStopped || New(partitionId) is not { } coordinator ? null : coordinators[partitionId] = coordinator;
    }

    CoordinatorPartition<TShard>? New(int partitionId, int failures = 0)
    {
        if (partitions.Find(new(Topic, partitionId)) is not { } partition)
            return null;
        CoordinatorPartition<TShard>? coordinator = null;
        return coordinator = new(partition, cluster, settings, create, logger) { Failed = settled => Reload(partitionId, coordinator!, coordinator!.HasWritten ? 0 : failures + 1, settled) };
    }

    /// <summary>Only in the place of the one that failed: where the partition has been given to another meanwhile, that one counts.</summary>
    /// <param name="partitionId">The partition.</param>
    /// <param name="failed">Its coordinator until now.</param>
    /// <param name="failures">How many in a row have failed before they wrote anything: the next one takes its time.</param>
    /// <param name="settled">Done when nothing of the failed one reaches the log any more.</param>
    void Reload(int partitionId, CoordinatorPartition<TShard> failed, int failures, Task settled)
    {
        CoordinatorPartition<TShard>? coordinator;
        lock (gate)
        {
            if (isStopped || New(partitionId, failures) is not { } created || !coordinators.TryUpdate(partitionId, created, failed))
                return;
            coordinator = created;
        }

        _ = ReloadAsync(settled, coordinator, failures);
    }

    async Task ReloadAsync(Task settled, CoordinatorPartition<TShard> coordinator, int failures)
    {
        if (failures > 0)
            await Task.Delay(firstPause * (1 << Math.Min(failures - 1, MaxDoublings)), settings.Time).ConfigureAwait(false);
        if (coordinator.State == CoordinatorState.Loading)
            await LoadAsync(settled, coordinator).ConfigureAwait(false);
    }

    [SuppressMessage("Usage", "VSTHRD003", Justification = "It is the end of writes, which wait for nobody's thread.")]
    static async Task LoadAsync(Task settled, CoordinatorPartition<TShard> coordinator)
    {
        await settled.ConfigureAwait(false);
        await coordinator.LoadAsync().ConfigureAwait(false);
    }

    static bool IsSameLeader(PartitionRegistration one, PartitionRegistration? other) => other is not null && one.Leader == other.Leader && one.LeaderEpoch == other.LeaderEpoch;
}
