using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// AddPartitionsToTxn v0-5. Up to version 3 a client adds partitions to its transaction; from 4 on brokers ask for several transactions at once, to add partitions or
/// only to verify them. All partitions of a transaction are added or none: where one cannot be, the others are OPERATION_NOT_ATTEMPTED.
/// </summary>
public sealed class AddPartitionsToTxnHandler(ClusterMetadata cluster, TransactionCoordinator transactions) : IHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>
{
    const short FirstVersionOfBrokers = 4;
    const short FirstVersionWithProducerFenced = 2;

    public async ValueTask<AddPartitionsToTxnResponse?> HandleAsync(AddPartitionsToTxnRequest request, RequestContext context)
    {
        if (context.ApiVersion >= FirstVersionOfBrokers)
        {
            if (!context.IsAuthorizedOnCluster(AclOperation.ClusterAction))
                return new() { ErrorCode = ErrorCode.ClusterAuthorizationFailed };
            var results = await Task.WhenAll(request.Transactions.ConvertAll(asked => AddAsync(asked, context)));
            return new() { ResultsByTransaction = [.. results] };
        }

        var transaction = new AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction
        {
            TransactionalId = request.V3AndBelowTransactionalId,
            ProducerId = request.V3AndBelowProducerId,
            ProducerEpoch = request.V3AndBelowProducerEpoch,
            Topics = request.V3AndBelowTopics,
        };
        return new() { ResultsByTopicV3AndBelow = (await AddAsync(transaction, context)).TopicResults };
    }

    async Task<AddPartitionsToTxnResponse.AddPartitionsToTxnResult> AddAsync(AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction, RequestContext context)
    {
        var isOfClient = context.ApiVersion < FirstVersionOfBrokers;
        var partitions = transaction.Topics.SelectMany(topic => topic.Partitions, (topic, partition) => new TopicPartition(topic.Name, partition)).Distinct().ToList();
        if (isOfClient && !context.IsAuthorized(AclOperation.Write, ResourceType.TransactionalId, transaction.TransactionalId))
            return new() { TransactionalId = transaction.TransactionalId, TopicResults = ResultsOf(partitions.ToDictionary(partition => partition, _ => ErrorCode.TransactionalIdAuthorizationFailed)) };
        var denied = isOfClient ? transaction.Topics.Select(topic => topic.Name).Distinct().Where(topic => !MayWrite(topic, context)).ToHashSet() : [];
        var errors = partitions.ToDictionary(partition => partition, partition => denied.Contains(partition.Topic) ? ErrorCode.TopicAuthorizationFailed : Check(partition));
        if (errors.Values.All(error => error == ErrorCode.None))
            errors = await AskAsync(transaction, errors.Keys, context);
        else
            errors = errors.ToDictionary(checkedPartition => checkedPartition.Key, checkedPartition => checkedPartition.Value == ErrorCode.None ? ErrorCode.OperationNotAttempted : checkedPartition.Value);
        return new() { TransactionalId = transaction.TransactionalId, TopicResults = ResultsOf(errors) };
    }

    /// <summary>Clients have no right to write to internal topics by themselves.</summary>
    static bool MayWrite(string topic, RequestContext context) => !InternalTopics.Contains(topic) && context.IsAuthorized(AclOperation.Write, ResourceType.Topic, topic);

    ErrorCode Check(TopicPartition partition) =>
        cluster.Image.FindTopic(partition.Topic)?.Partitions.ContainsKey(partition.Partition) == true ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition;

    async Task<Dictionary<TopicPartition, ErrorCode>> AskAsync(
        AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction transaction, IReadOnlyCollection<TopicPartition> partitions, RequestContext context)
    {
        if (transaction.TransactionalId.Length == 0)
            return partitions.ToDictionary(partition => partition, _ => ErrorCode.InvalidRequest);
        var producer = new ProducerIdAndEpoch(transaction.ProducerId, transaction.ProducerEpoch);
        if (transaction.VerifyOnly)
            return new(await transactions.VerifyPartitionsAsync(context.Node, transaction.TransactionalId, producer, partitions));
        var error = TransactionErrors.For(await transactions.AddPartitionsAsync(context.Node, transaction.TransactionalId, producer, partitions), context, FirstVersionWithProducerFenced);
        return partitions.ToDictionary(partition => partition, _ => error);
    }

    static List<AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult> ResultsOf(Dictionary<TopicPartition, ErrorCode> errors) =>
    [
        .. from partition in errors
           group partition by partition.Key.Topic into topic
           select new AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult
           {
               Name = topic.Key,
               ResultsByPartition =
               [
                   .. topic.Select(partition => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
                   {
                       PartitionIndex = partition.Key.Partition,
                       PartitionErrorCode = partition.Value,
                   }),
               ],
           },
    ];
}
