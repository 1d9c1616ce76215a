using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Groups;

/// <summary>
/// The way to a group's state: its partition of <c>__consumer_offsets</c>, which is created for the first who needs it. What is done there is written by the shard's parts.
/// </summary>
public sealed class GroupCoordinator(
    ClusterMetadata cluster, Controller controller, PartitionTable partitions, BrokerConfig config, BlockingExecutor executor, TimeProvider time, ILogger logger) : IDisposable
{
    readonly CoordinatorRuntime<GroupShard> runtime = new(
        cluster,
        partitions,
        new(InternalTopics.ConsumerOffsets, config.OffsetsTopicCompressionCodec, TimeSpan.FromMilliseconds(config.OffsetsCommitTimeoutMs), time),
        context => new GroupShard(context, config, executor),
        logger);

    /// <summary>Runs an operation on a group's shard as seen from a node; answers when what it has done, and what it saw, is durable.</summary>
    /// <exception cref="CoordinatorException">It was refused, or the node is not the group's coordinator, or not yet.</exception>
    public async Task<T> RunAsync<T>(Node node, string groupId, Func<GroupShard, T> operation) =>
        await runtime.RunAsync(node, await PartitionForAsync(groupId).ConfigureAwait(false), operation).ConfigureAwait(false);

    /// <summary>As <see cref="RunAsync"/>, for an operation that gives its answer in its own time.</summary>
    public async Task<T> RequestAsync<T>(Node node, string groupId, Action<GroupShard, PendingReply<T>> operation) =>
        await runtime.RequestAsync(node, await PartitionForAsync(groupId).ConfigureAwait(false), operation).ConfigureAwait(false);

    /// <summary>As <see cref="RunAsync"/>, for what a producer's transaction does to a group: after it is verified that the group's partition belongs to the transaction.</summary>
    /// <exception cref="CoordinatorException">It was refused, or the node is not the group's coordinator, or not yet.</exception>
    public async Task<T> RunTransactionalAsync<T>(
        Node node, string groupId, Func<TopicPartition, Task<(ErrorCode Error, VerificationGuard? Guard)>> verify, Func<GroupShard, VerificationGuard?, T> operation)
    {
        var partition = await PartitionForAsync(groupId).ConfigureAwait(false);
        var (error, guard) = await verify(new(runtime.Topic, partition)).ConfigureAwait(false);
        return error == ErrorCode.None
            ? await runtime.RunAsync(node, partition, shard => operation(shard, guard)).ConfigureAwait(false)
            : throw new CoordinatorException(error);
    }

    /// <summary>Runs an operation on every shard whose coordinator a node is; one that has just ceased to be it counts for nothing.</summary>
    /// <exception cref="CoordinatorException">One of them is still loading.</exception>
    public Task<IReadOnlyList<T>> RunOnAllAsync<T>(Node node, Func<GroupShard, T> operation) => runtime.RunOnAllAsync(node, operation);

    /// <summary>Ends a producer's transaction in a partition of <c>__consumer_offsets</c>: what it has committed there counts, or is gone.</summary>
    public async Task<ErrorCode> EndTransactionAsync(int partition, TxnMarkerEntry marker)
    {
        try
        {
            return await runtime.RunAsync(partition, shard => shard.EndTransaction(marker)).ConfigureAwait(false);
        }
        catch (CoordinatorException e)
        {
            return e.Error;
        }
    }

    /// <summary>The partition of <c>__consumer_offsets</c> that keeps a group.</summary>
    /// <exception cref="CoordinatorException">The topic cannot be created now.</exception>
    public async ValueTask<int> PartitionForAsync(string groupId) =>
        await controller.EnsureTopicAsync(InternalTopics.ConsumerOffsets).ConfigureAwait(false) == ErrorCode.None
            ? runtime.PartitionFor(groupId)
            : throw new CoordinatorException(ErrorCode.CoordinatorNotAvailable);

    public ValueTask ApplyAsync(ClusterImage previous, ClusterImage next) => runtime.ApplyAsync(previous, next);

    public void Dispose() => runtime.Dispose();
}
