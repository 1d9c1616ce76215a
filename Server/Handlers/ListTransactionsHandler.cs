using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Consumer;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// ListTransactions v0-2. The transactional ids whose coordinator the node is; filtered by state and producer id, from version 1 by how long they are running, from 2
/// by a regular expression for the id. As in Kafka an id without a transaction counts as running since ever.
/// </summary>
public sealed class ListTransactionsHandler(TransactionCoordinator transactions, TimeProvider time) : IHandler<ListTransactionsRequest, ListTransactionsResponse>
{
    public async ValueTask<ListTransactionsResponse?> HandleAsync(ListTransactionsRequest request, RequestContext context)
    {
        TopicRegex? pattern = null;
        if (!string.IsNullOrEmpty(request.TransactionalIdPattern) && !TopicRegex.TryParse(request.TransactionalIdPattern, out pattern, out _))
            return new() { ErrorCode = ErrorCode.InvalidRegularExpression };

        var states = request.StateFilters.Select(TryParse).OfType<TransactionState>().ToHashSet();
        var producerIds = request.ProducerIdFilters.ToHashSet();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            var listed = await transactions.RunOnAllAsync(context.Node, shard => shard.Transactions.All.Where(IsWanted).Select(Listed).ToList());
            return new()
            {
                UnknownStateFilters = request.StateFilters.FindAll(state => TryParse(state) is null),
                TransactionStates = [.. listed.SelectMany(ofShard => ofShard).Where(listing => MayDescribe(listing.TransactionalId, context))],
            };
        }
        catch (CoordinatorException e)
        {
            return new() { ErrorCode = e.Error };
        }

        bool IsWanted(TransactionMetadata metadata) =>
            (producerIds.Count == 0 || producerIds.Contains(metadata.Producer.ProducerId))
            && (request.StateFilters.Count == 0 || states.Contains(metadata.State))
            && (request.DurationFilter < 0 || now - metadata.StartTimestampMs > request.DurationFilter)
            && pattern?.IsMatch(metadata.TransactionalId) != false;
    }

    static bool MayDescribe(string transactionalId, RequestContext context) =>
        context.IsAuthorized(AclOperation.Describe, ResourceType.TransactionalId, transactionalId, logIfDenied: false);

    /// <summary>By Kafka's names to the letter; a number is none.</summary>
    static TransactionState? TryParse(string name) => Enum.GetValues<TransactionState>().Where(state => state.ToString() == name).Cast<TransactionState?>().FirstOrDefault();

    static ListTransactionsResponse.TransactionStateStruct Listed(TransactionMetadata metadata) => new()
    {
        TransactionalId = metadata.TransactionalId,
        ProducerId = metadata.Producer.ProducerId,
        TransactionState = metadata.State.ToString(),
    };
}
