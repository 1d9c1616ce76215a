using System.Globalization;
using Microsoft.Extensions.Logging;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Cluster;

/// <summary>Brings the configs of brokers that the metadata log tells of into effect on this one.</summary>
public sealed class DynamicConfigPublisher(DynamicBrokerConfig config, ILogger logger)
{
    static readonly ConfigResource everyBroker = new(ConfigResourceType.Broker, "");

    readonly ConfigResource thisBroker = new(ConfigResourceType.Broker, config.Current.NodeId.ToString(CultureInfo.InvariantCulture));

    public async ValueTask ApplyAsync(ClusterImage previous, ClusterImage next)
    {
        if (AreSame(everyBroker, previous, next) && AreSame(thisBroker, previous, next))
            return;
        if (Resolve(next) is { } resolved)
            await config.ReconfigureAsync(resolved).ConfigureAwait(false);
    }

    static bool AreSame(ConfigResource resource, ClusterImage previous, ClusterImage next) => ReferenceEquals(previous.ConfigsOf(resource), next.ConfigsOf(resource));

    /// <summary>Null when the configs do not go together, which another version of the broker may have let through.</summary>
    BrokerConfig? Resolve(ClusterImage image)
    {
        try
        {
            return config.Current.WithDynamic(ValidOf(everyBroker, image), ValidOf(thisBroker, image));
        }
        catch (ConfigException e)
        {
            logger.LogError("The dynamic configuration could not be applied and the one before stays: {Message}", e.Message);
            return null;
        }
    }

    Dictionary<string, string> ValidOf(ConfigResource resource, ClusterImage image)
    {
        Dictionary<string, string> valid = [];
        foreach (var (name, value) in image.ConfigsOf(resource))
        {
            if (DynamicConfigRules.Check(name, value, isOfOneBroker: resource == thisBroker) is { } reason)
                logger.LogError("The dynamic config {Name} is ignored: {Reason}", name, reason);
            else
                valid[name] = value;
        }

        return valid;
    }
}
