using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>Whether the consumer protocol is served: the broker has to be configured for it, and the cluster's feature has to be finalised.</summary>
public sealed class ConsumerGroupSupport(ClusterMetadata cluster, BrokerConfig config)
{
    readonly bool isConfigured = config.GroupCoordinatorRebalanceProtocols.Contains("consumer");

    public bool IsEnabled => isConfigured && cluster.Image.Features.GetValueOrDefault(Features.GroupVersion) >= Features.FirstGroupVersionWithConsumerProtocol;
}
