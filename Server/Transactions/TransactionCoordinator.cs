using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>
/// The way to a transactional id's state: its partition of <c>__transaction_state</c>, which is created for the first who needs it. Errors of the coordinator are
/// answers, not exceptions.
/// </summary>
public sealed class TransactionCoordinator(
    ClusterMetadata cluster, Controller controller, PartitionTable partitions, ProducerIds producerIds, Func<TopicPartition, TxnMarkerEntry, Task<ErrorCode>> writeMarker, BrokerConfig config, TimeProvider time, ILogger logger) : IDisposable
{
    readonly CoordinatorRuntime<TransactionShard> runtime = new(
        cluster,
        partitions,
        new(InternalTopics.TransactionState, CompressionType.None, TimeSpan.FromMilliseconds(config.RequestTimeoutMs), time),
        context => new TransactionShard(context, producerIds, config, writeMarker),
        logger);

    /// <summary>Makes a producer the one of a transactional id.</summary>
    public Task<ProducerResult> InitializeAsync(Node node, string transactionalId, int timeoutMs, ProducerIdAndEpoch? expected) => WithProducerIdAsync(newProducerId =>
        RunAsync(node, transactionalId, shard => shard.Initialization.Initialize(transactionalId, timeoutMs, expected, newProducerId), ProducerResult.Failed));

    public Task<ProducerResult> EndAsync(Node node, TransactionEnd end) => WithProducerIdAsync(newProducerId =>
        RequestAsync<ProducerResult>(node, end.TransactionalId, (shard, reply) => shard.Ending.End(end, newProducerId, reply), ProducerResult.Failed));

    /// <summary>As a client asks for it, of the node that it takes for the coordinator.</summary>
    public Task<ErrorCode> AddPartitionsAsync(Node node, string transactionalId, ProducerIdAndEpoch producer, IReadOnlyCollection<TopicPartition> added) =>
        RunAsync(node, transactionalId, shard => shard.Partitions.Add(transactionalId, producer, added), error => error);

    /// <summary>As the broker asks for it itself: adds all partitions to the producer's transaction, or none.</summary>
    public Task<ErrorCode> AddPartitionsAsync(string transactionalId, ProducerIdAndEpoch producer, IReadOnlyCollection<TopicPartition> added) =>
        RunAsync(null, transactionalId, shard => shard.Partitions.Add(transactionalId, producer, added), error => error);

    /// <summary>As the broker asks for it itself: tells of each partition whether it belongs to the producer's transaction.</summary>
    public Task<IReadOnlyDictionary<TopicPartition, ErrorCode>> VerifyPartitionsAsync(string transactionalId, ProducerIdAndEpoch producer, IReadOnlyCollection<TopicPartition> asked) =>
        VerifyAsync(null, transactionalId, producer, asked);

    /// <summary>As another broker asks for it, of the node that it takes for the coordinator.</summary>
    public Task<IReadOnlyDictionary<TopicPartition, ErrorCode>> VerifyPartitionsAsync(Node node, string transactionalId, ProducerIdAndEpoch producer, IReadOnlyCollection<TopicPartition> asked) =>
        VerifyAsync(node, transactionalId, producer, asked);

    /// <summary>Runs an operation on a transactional id's shard as seen from a node.</summary>
    /// <exception cref="CoordinatorException">The node is not the coordinator, or not yet.</exception>
    public async Task<T> RunAsync<T>(Node node, string transactionalId, Func<TransactionShard, T> operation) =>
        await runtime.RunAsync(node, await PartitionForAsync(transactionalId).ConfigureAwait(false), operation).ConfigureAwait(false);

    /// <summary>Runs an operation on every shard whose coordinator a node is; one that has just ceased to be it counts for nothing.</summary>
    /// <exception cref="CoordinatorException">One of them is still loading.</exception>
    public Task<IReadOnlyList<T>> RunOnAllAsync<T>(Node node, Func<TransactionShard, T> operation) => runtime.RunOnAllAsync(node, operation);

    public ValueTask ApplyAsync(ClusterImage previous, ClusterImage next) => runtime.ApplyAsync(previous, next);

    public void Dispose() => runtime.Dispose();

    Task<IReadOnlyDictionary<TopicPartition, ErrorCode>> VerifyAsync(Node? node, string transactionalId, ProducerIdAndEpoch producer, IReadOnlyCollection<TopicPartition> asked) =>
        RunAsync(node, transactionalId, shard => shard.Partitions.Verify(transactionalId, producer, asked), error => asked.ToDictionary(partition => partition, _ => error));

    /// <summary>An operation may find out only in its turn that it needs a producer id, which comes from elsewhere.</summary>
    async Task<ProducerResult> WithProducerIdAsync(Func<long?, Task<ProducerResult>> operation)
    {
        var result = await operation(null).ConfigureAwait(false);
        if (!result.NeedsProducerId)
            return result;
        var (error, producerId) = await producerIds.NextAsync().ConfigureAwait(false);
        return error == ErrorCode.None ? await operation(producerId).ConfigureAwait(false) : ProducerResult.Failed(error);
    }

    async Task<T> RunAsync<T>(Node? node, string transactionalId, Func<TransactionShard, T> operation, Func<ErrorCode, T> failed)
    {
        try
        {
            var partition = await PartitionForAsync(transactionalId).ConfigureAwait(false);
            return await (node is null ? runtime.RunAsync(partition, operation) : runtime.RunAsync(node, partition, operation)).ConfigureAwait(false);
        }
        catch (CoordinatorException e)
        {
            return failed(e.Error);
        }
    }

    async Task<T> RequestAsync<T>(Node node, string transactionalId, Action<TransactionShard, PendingReply<T>> operation, Func<ErrorCode, T> failed)
    {
        try
        {
            return await runtime.RunAsync(node, await PartitionForAsync(transactionalId).ConfigureAwait(false), operation).ConfigureAwait(false);
        }
        catch (CoordinatorException e)
        {
            return failed(e.Error);
        }
    }

    async ValueTask<int> PartitionForAsync(string transactionalId) =>
        await controller.EnsureTopicAsync(InternalTopics.TransactionState).ConfigureAwait(false) == ErrorCode.None
            ? runtime.PartitionFor(transactionalId)
            : throw new CoordinatorException(ErrorCode.CoordinatorNotAvailable);
}
