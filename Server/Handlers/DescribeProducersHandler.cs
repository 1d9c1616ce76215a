using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>DescribeProducers v0. Tells what a partition's log knows of its producers, in the order of their ids. As in Kafka any replica answers, not only the leader.</summary>
public sealed class DescribeProducersHandler(PartitionTable partitions) : IHandler<DescribeProducersRequest, DescribeProducersResponse>
{
    const long NoOffset = -1;

    public ValueTask<DescribeProducersResponse?> HandleAsync(DescribeProducersRequest request, RequestContext context)
    {
        var response = new DescribeProducersResponse();
        foreach (var topic in request.Topics)
        {
            var refusal = Refusal(topic.Name, context);
            response.Topics.Add(new()
            {
                Name = topic.Name,
                Partitions = topic.PartitionIndexes.ConvertAll(partition => refusal is { } error ? Failed(partition, error.Code, error.Message) : Describe(topic.Name, partition, context)),
            });
        }

        return new(response);
    }

    static ApiError? Refusal(string topic, RequestContext context)
    {
        if (!TopicName.IsValid(topic, out var reason))
            return new(ErrorCode.InvalidTopicException, $"Topic name is invalid: {reason}");
        return context.IsAuthorized(AclOperation.Read, ResourceType.Topic, topic) ? null : AuthorizationErrors.Topic;
    }

    DescribeProducersResponse.PartitionResponse Describe(string topic, int index, RequestContext context)
    {
        if (context.InterceptPartition(topic, index) is { } intercepted)
            return Failed(index, intercepted);
        var isLed = partitions.TryFindLeader(topic, index, context.Node, out var partition, out var error);
        if (!isLed && !(error == ErrorCode.NotLeaderOrFollower && partition!.Registration.Replicas.Contains(context.Node.Id)))
            return Failed(index, error);
        return new() { PartitionIndex = index, ActiveProducers = [.. partition!.Log.Producers.Describe().Select(Describe)] };
    }

    static DescribeProducersResponse.ProducerState Describe(ProducerState state) => new()
    {
        ProducerId = state.Producer.ProducerId,
        ProducerEpoch = state.Producer.Epoch,
        LastSequence = state.LastSequence,
        LastTimestamp = state.LastTimestamp,
        CoordinatorEpoch = state.CoordinatorEpoch,
        CurrentTxnStartOffset = state.CurrentTransactionFirstOffset ?? NoOffset,
    };

    static DescribeProducersResponse.PartitionResponse Failed(int index, ErrorCode error, string? message = null) => new()
    {
        PartitionIndex = index,
        ErrorCode = error,
        ErrorMessage = message,
    };
}
