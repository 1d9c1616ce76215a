using System.Net;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security.Quotas;

/// <summary>The limits of connections per second by address, and that of the addresses without one of their own.</summary>
sealed class ConnectionRateLimits
{
    readonly Dictionary<IPAddress, double> byAddress = [];
    double? ofOthers;

    ConnectionRateLimits(ClientQuotasImage image) => Image = image;

    public static ConnectionRateLimits None { get; } = new(ClientQuotasImage.Empty);

    /// <summary>What they were taken from.</summary>
    public ClientQuotasImage Image { get; }

    public static ConnectionRateLimits Of(ClientQuotasImage image)
    {
        var limits = new ConnectionRateLimits(image);
        foreach (var (entity, quotas) in image.Entities)
        {
            if (!entity.Parts.TryGetValue(ClientQuotaEntity.Ip, out var name) || !quotas.TryGetValue(ClientQuotaKeys.ConnectionCreationRate, out var limit))
                continue;
            if (name is null)
                limits.ofOthers = limit;
            else if (IPAddress.TryParse(name, out var address))
                limits.byAddress[address] = limit;
        }

        return limits;
    }

    public double? Find(IPAddress address) => byAddress.TryGetValue(address, out var limit) ? limit : ofOthers;
}
