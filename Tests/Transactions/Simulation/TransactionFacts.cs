using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>All that clients can see of transactions, each fact a line: what holds partitions back, the transactional ids, the offsets of groups. And how long the logs are.</summary>
sealed record TransactionFacts(List<string> Lines, List<long> Ends)
{
    public static TransactionFacts Of(TransactionSimulation world)
    {
        var facts = new TransactionFacts([], []);
        foreach (var partition in world.Broker.Partitions.All.Where(partition => partition.Id.Topic != InternalTopics.TransactionState).OrderBy(partition => partition.Id.ToString(), StringComparer.Ordinal))
        {
            var bounds = partition.Bounds;
            if (bounds.LastStableOffset < bounds.HighWatermark)
                facts.Lines.Add($"{partition.Id} is held back at {bounds.LastStableOffset}");
            facts.Ends.Add(bounds.LogEndOffset);
        }

        AddTransactions(facts.Lines, world);
        AddOffsets(facts.Lines, world, requireStable: false);
        AddOffsets(facts.Lines, world, requireStable: true);
        return facts;
    }

    public static OffsetFetchRequest Request(TransactionSimulation world, bool requireStable) => new()
    {
        RequireStable = requireStable,
        Groups =
        [
            .. world.Groups.Select(group => new OffsetFetchRequest.OffsetFetchRequestGroup
            {
                GroupId = group.Id,
                Topics =
                [
                    .. from partition in TransactionSimulation.Consumed
                       group partition.Partition by partition.Topic into topic
                       select new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic.Key, PartitionIndexes = [.. topic] },
                ],
            }),
        ],
    };

    static void AddTransactions(List<string> facts, TransactionSimulation world)
    {
        var described = world.Ask(new DescribeTransactionsRequest { TransactionalIds = [.. TransactionSteps.TransactionalIds] }, 0);
        foreach (var transaction in described?.TransactionStates ?? [])
        {
            var partitions = transaction.Topics.SelectMany(topic => topic.Partitions, (topic, partition) => $"{topic.Topic}-{partition}").Order(StringComparer.Ordinal);
            facts.Add($"{transaction.TransactionalId} {transaction.ErrorCode} {transaction.TransactionState} {transaction.ProducerId} {transaction.ProducerEpoch} {transaction.TransactionStartTimeMs} {string.Join(' ', partitions)}");
        }
    }

    static void AddOffsets(List<string> facts, TransactionSimulation world, bool requireStable)
    {
        foreach (var group in world.Ask(Request(world, requireStable), 9)?.Groups ?? [])
        {
            foreach (var topic in group.Topics)
                facts.AddRange(topic.Partitions.Select(partition => $"{group.GroupId} {group.ErrorCode} {topic.Name}-{partition.PartitionIndex} {partition.ErrorCode} {partition.CommittedOffset}"));
        }
    }
}
