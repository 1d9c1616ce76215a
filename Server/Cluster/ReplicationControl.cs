using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>Who holds and who leads partitions, as administrators change it: each request is one step on the metadata log.</summary>
public sealed class ReplicationControl(ClusterMetadata cluster)
{
    /// <summary>Elects the leaders of all partitions when <paramref name="wanted"/> is null. Answers in the order asked.</summary>
    public async Task<List<(string Topic, int Partition, ApiError Error)>> ElectLeadersAsync(IReadOnlyList<(string Topic, int Partition)>? wanted, ElectionType type)
    {
        wanted ??= [.. from topic in cluster.Image.TopicsByName.Values from partition in topic.Partitions.Keys select (topic.Name, partition)];
        var errors = await ChangeEachAsync(wanted, (image, one) => new LeaderElection(image, cluster.NodeIds).Elect(one.Topic, one.Partition, type)).ConfigureAwait(false);
        return [.. wanted.Zip(errors, (one, error) => (one.Topic, one.Partition, error))];
    }

    /// <summary>Answers in the order asked.</summary>
    public Task<List<ApiError>> AlterPartitionReassignmentsAsync(
        IReadOnlyList<(string Topic, AlterPartitionReassignmentsRequest.ReassignablePartition Partition)> wanted, bool allowReplicationFactorChange) =>
        ChangeEachAsync(wanted, (image, one) => new PartitionReassignment(image, cluster.NodeIds, allowReplicationFactorChange).Alter(one.Topic, one.Partition));

    /// <summary>Gives the lead of partitions to certain nodes. Answers in the order asked.</summary>
    public Task<List<ApiError>> MoveLeadersAsync(IReadOnlyList<(string Topic, int Partition, int NodeId)> wanted) =>
        ChangeEachAsync(wanted, (image, one) => new LeaderMove(image, cluster.NodeIds).Move(one.Topic, one.Partition, one.NodeId));

    /// <summary>Begins a new leader epoch without another leader.</summary>
    public async Task<ApiError> BumpLeaderEpochAsync(string topic, int partition) =>
        (await ChangeEachAsync([(topic, partition)], (image, one) => new LeaderMove(image, cluster.NodeIds).BumpEpoch(one.topic, one.partition)).ConfigureAwait(false))[0];

    /// <summary>Forgets a broker that is gone for good; what it held in sync is left to the others.</summary>
    public async Task<ApiError> UnregisterBrokerAsync(int brokerId)
    {
        if (cluster.NodeIds.Contains(brokerId))
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
