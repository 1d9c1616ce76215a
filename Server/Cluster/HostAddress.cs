using System.Net;
using System.Net.Sockets;

namespace NettyKafka.Server.Cluster;

/// <summary>Addresses as Kafka writes them: those of IPv6 in full, without leading zeros.</summary>
public static class HostAddress
{
    const int GroupsOfIPv6 = 8;

    /// <summary>Such as <c>127.0.0.1</c> and <c>0:0:0:0:0:0:0:1</c>.</summary>
    public static string ToText(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        return string.Join(':', Enumerable.Range(0, GroupsOfIPv6).Select(i => ((bytes[2 * i] << 8) | bytes[(2 * i) + 1]).ToString("x")));
    }
}
