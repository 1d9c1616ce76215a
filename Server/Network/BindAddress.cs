using System.Net;
using System.Net.Sockets;

namespace NettyKafka.Server.Network;

/// <summary>The address to bind for the host of a listener: a name is looked up, no host means every interface.</summary>
static class BindAddress
{
    public static async Task<IPEndPoint> ResolveAsync(string host, int port, CancellationToken cancellation)
    {
        if (host.Length == 0)
            return new(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port);
        if (IPAddress.TryParse(host, out var address))
            return new(address, port);
        var found = await Dns.GetHostAddressesAsync(host, cancellation);
        return new(Array.Find(found, candidate => candidate.AddressFamily == AddressFamily.InterNetwork) ?? found[0], port);
    }
}
