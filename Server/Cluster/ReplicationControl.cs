using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>Who holds and who leads partitions, as administrators change it: each request is one step on the metadata log.</summary>
public sealed class ReplicationControl(ClusterMetadata cluster)
{
    IReadOnlyList<int> NodeIds => [.. cluster.Nodes.Select(node => node.Id)];

    /// <summary>Elects the leaders of all partitions when <paramref name="wanted"/> is null. Answers in the order asked.</summary>
    public async Task<List<(string Topic, int Partition, ApiError Error)>> ElectLeadersAsync(IReadOnlyList<(string Topic, int Partition)>? wanted, ElectionType type)
    {
        wanted ??= [.. from topic in cluster.Image.TopicsByName.Values from partition in topic.Partitions.Keys select (topic.Name, partition)];
        var errors = await ChangeEachAsync(wanted, (image, one) => new LeaderElection(image, NodeIds).Elect(one.Topic, one.Partition, type)).ConfigureAwait(false);
        return [.. wanted.Zip(errors, (one, error) => (one.Topic, one.Partition, error))];
    }

    /// <summary>Answers in the order asked.</summary>
    public Task<List<ApiError>> AlterPartitionReassignmentsAsync(
        IReadOnlyList<(string Topic, AlterPartitionReassignmentsRequest.ReassignablePartition Partition)> wanted, bool allowReplicationFactorChange) =>
        ChangeEachAsync(wanted, (image, one) => new PartitionReassignment(image, NodeIds, allowReplicationFactorChange).Alter(one.Topic, one.Partition));

    /// <summary>Forgets a broker that is gone for good; what it held in sync is left to the others.</summary>
    public async Task<ApiError> UnregisterBrokerAsync(int brokerId)
    {
        if (NodeIds.Contains(brokerId))
            return new(ErrorCode.InvalidRequest, $"Broker ID {brokerId} is running: it serves this request");
        var (error, planned) = await cluster.ChangeAsync<ApiError>(image => image.Retained.FindBroker(brokerId) is { } broker
            ? ([MetadataRecord.Of(new UnregisterBrokerRecord { BrokerId = brokerId, BrokerEpoch = broker.BrokerEpoch }), .. WithoutBroker(image, brokerId)], ApiError.None)
            : ([], new(ErrorCode.BrokerIdNotRegistered, $"Broker ID {brokerId} is not currently registered"))).ConfigureAwait(false);
        return error == ErrorCode.None ? planned : new(error, null);
    }

    static IEnumerable<MetadataRecord> WithoutBroker(ClusterImage image, int brokerId) =>
        from topic in image.TopicsById.Values
        from partition in topic.Partitions.Values
        where partition.Isr.Length > 1 && partition.Isr.Contains(brokerId)
        select MetadataRecord.Of(new PartitionChangeRecord { PartitionId = partition.PartitionId, TopicId = topic.Id, Isr = [.. partition.Isr.Remove(brokerId)] }, image.MetadataVersion);

    /// <summary>Each is planned as if those before it were done: a request may name a partition twice.</summary>
    async Task<List<ApiError>> ChangeEachAsync<T>(IReadOnlyList<T> wanted, Func<ClusterImage, T, (ApiError Error, MetadataRecord? Record)> plan)
    {
        var (error, planned) = await cluster.ChangeAsync<List<ApiError>>(image =>
        {
            List<MetadataRecord> records = [];
            List<ApiError> errors = [];
            foreach (var one in wanted)
            {
                var (failure, record) = plan(image, one);
                errors.Add(failure);
                if (record is not { } change)
                    continue;
                records.Add(change);
                image = image.Replay(change);
            }
            return (records, errors);
        }).ConfigureAwait(false);
        return error == ErrorCode.None ? planned : planned.ConvertAll(one => one.IsNone ? new(error, null) : one);
    }
}
