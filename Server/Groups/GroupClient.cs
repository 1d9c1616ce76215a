using System.Net;
using System.Net.Sockets;

namespace NettyKafka.Server.Groups;

/// <summary>The client behind a member's request.</summary>
public readonly record struct GroupClient(string ClientId, string ClientHost, short ApiVersion)
{
    const int GroupsOfIPv6 = 8;

    /// <summary>An address as Kafka keeps it with a member, such as <c>/127.0.0.1</c> and <c>/0:0:0:0:0:0:0:1</c>.</summary>
    public static string HostOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return $"/{address}";
        var bytes = address.GetAddressBytes();
        return "/" + string.Join(':', Enumerable.Range(0, GroupsOfIPv6).Select(i => ((bytes[2 * i] << 8) | bytes[(2 * i) + 1]).ToString("x")));
    }
}
