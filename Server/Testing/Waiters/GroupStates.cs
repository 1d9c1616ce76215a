using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Testing.Waiters;

/// <summary>What groups of either protocol are up to.</summary>
sealed class GroupStates(BrokerHost host, LocalClient client)
{
    const short OffsetFetchVersion = 8;

    /// <summary>The state by Kafka's name, and how many members there are; a group that is not there is Dead.</summary>
    public async Task<(string State, int Members)> DescribeAsync(string group)
    {
        var consumer = (await SendAsync(group, new ConsumerGroupDescribeRequest { GroupIds = [group] }, 1).ConfigureAwait(false)).Groups[0];
        if (consumer.ErrorCode == ErrorCode.None)
            return (consumer.GroupState, consumer.Members.Count);
        var classic = (await SendAsync(group, new DescribeGroupsRequest { Groups = [group] }, 5).ConfigureAwait(false)).Groups[0];
        return classic.ErrorCode == ErrorCode.None ? (classic.GroupState, classic.Members.Count) : ($"{classic.ErrorCode}", 0);
    }

    /// <summary>The offsets that a group has committed.</summary>
    public async Task<IReadOnlyList<(string Topic, int Partition, long Offset)>> CommittedAsync(string group)
    {
        var request = new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = null }] };
        var fetched = (await SendAsync(group, request, OffsetFetchVersion).ConfigureAwait(false)).Groups[0];
        return [.. fetched.Topics.SelectMany(topic => topic.Partitions, (topic, partition) => (topic.Name, partition.PartitionIndex, partition.CommittedOffset)).Where(committed => committed.CommittedOffset >= 0)];
    }

    /// <summary>Asks the group's coordinator; any node knows of no group while there is none.</summary>
    Task<TResponse> SendAsync<TRequest, TResponse>(string group, IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        var offsets = host.Broker.Cluster.Image.FindTopic(InternalTopics.ConsumerOffsets);
        return client.SendToLeaderAsync(request, version, InternalTopics.ConsumerOffsets, offsets is null ? 0 : CoordinatorKey.PartitionFor(group, offsets.Partitions.Count));
    }
}
