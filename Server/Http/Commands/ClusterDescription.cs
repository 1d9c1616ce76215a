using System.Net;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;
using NettyKafka.Testing;

namespace NettyKafka.Http.Commands;

/// <summary>Nodes, topics and partitions as they are now.</summary>
sealed record ClusterDescription(string ClusterId, string BootstrapServers, int ControllerId, IReadOnlyList<NodeDescription> Nodes, IReadOnlyList<TopicDescription> Topics)
{
    public static ClusterDescription Of(EmbeddedKafka kafka)
    {
        var cluster = kafka.Broker.Cluster;
        var image = cluster.Image;
        return new(
            kafka.ClusterId,
            kafka.BootstrapServers,
            cluster.ControllerId,
            [.. kafka.Nodes.All.Select(node => Of(node, cluster.FindNode(node.Id)))],
            [.. image.TopicsByName.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(topic => Of(topic, image, kafka.Broker))]);
    }

    static NodeDescription Of(EmbeddedNode node, Node? live) =>
        new(node.Id, node.Rack, node.IsUp, live?.Endpoints.ToDictionary(endpoint => endpoint.Key, endpoint => $"{endpoint.Value.HostFor(IPAddress.Loopback)}:{endpoint.Value.Port}") ?? []);

    static TopicDescription Of(TopicImage topic, ClusterImage image, Broker broker) => new(
        topic.Name,
        $"{topic.Id}",
        topic.IsInternal,
        image.ConfigsOf(new(ConfigResourceType.Topic, topic.Name)),
        [.. topic.Partitions.Values.Select(partition => Of(partition, broker.Partitions.Find(new(topic.Name, partition.PartitionId))))]);

    static PartitionDescription Of(PartitionRegistration registration, Partition? partition)
    {
        var bounds = partition?.Bounds;
        return new(registration.PartitionId, registration.Leader, registration.LeaderEpoch, registration.Replicas, registration.Isr)
        {
            LogStartOffset = bounds?.LogStartOffset,
            LastStableOffset = bounds?.LastStableOffset,
            HighWatermark = bounds?.HighWatermark,
            LogEndOffset = bounds?.LogEndOffset,
        };
    }
}

/// <summary>A node, and where each of its listeners is.</summary>
sealed record NodeDescription(int Id, string? Rack, bool IsUp, IReadOnlyDictionary<string, string> Listeners);

sealed record TopicDescription(string Name, string TopicId, bool IsInternal, IReadOnlyDictionary<string, string> Configs, IReadOnlyList<PartitionDescription> Partitions);

/// <summary>A partition; one whose log could not be opened has no offsets.</summary>
sealed record PartitionDescription(int Partition, int Leader, int LeaderEpoch, IReadOnlyList<int> Replicas, IReadOnlyList<int> Isr)
{
    public long? LogStartOffset { get; init; }

    public long? LastStableOffset { get; init; }

    public long? HighWatermark { get; init; }

    public long? LogEndOffset { get; init; }
}
