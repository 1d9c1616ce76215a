using System.Net;
using Microsoft.AspNetCore.Http;

namespace NettyKafka.Http;

/// <summary>
/// Keeps web pages from the control of a developer's broker: a page can make a browser send requests here, and a name of its own resolve to this machine.
/// </summary>
sealed class AllowedHosts(IPAddress bound)
{
    /// <summary>Whether a request is meant for this server by a name that no page can have made up.</summary>
    public bool IsAllowed(HostString host)
    {
        if (host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return true;
        if (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address))
            return IPAddress.IsLoopback(address) || address.Equals(bound) || IsAnyAddress;
        return host.HasValue && !IPAddress.IsLoopback(bound) && IsOfThisNetwork(host.Host);
    }

    /// <summary>Whether a request comes from no page at all, or from one of this server's own.</summary>
    public static bool IsOwn(string origin, HostString host) => origin.Equals($"http://{host.Value}", StringComparison.OrdinalIgnoreCase);

    bool IsAnyAddress => bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any);

    /// <summary>This machine's name, or one without a dot, such as a container's: names of the network, which nobody outside of it gives.</summary>
    static bool IsOfThisNetwork(string name) => !name.Contains('.', StringComparison.Ordinal) || name.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase);
}
