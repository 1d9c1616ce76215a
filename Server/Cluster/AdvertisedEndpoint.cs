using System.Net;
using System.Net.Sockets;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Cluster;

/// <summary>Where clients of one listener find a node. Without a host they are told the address that they reached us under themselves.</summary>
public sealed record AdvertisedEndpoint(string ListenerName, string? Host, int Port)
{
    public SecurityProtocol SecurityProtocol { get; init; }

    public string HostFor(IPAddress localAddress)
    {
        if (Host is not null)
            return Host;
        var address = localAddress.IsIPv4MappedToIPv6 ? localAddress.MapToIPv4() : localAddress;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            address = new(address.GetAddressBytes());
        return address.ToString();
    }
}
