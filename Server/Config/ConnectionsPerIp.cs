using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NettyKafka.Server.Config;

/// <summary>How many connections may come from single addresses. A host's name stands for all its addresses at the time when the configuration is read.</summary>
static class ConnectionsPerIp
{
    public const string Name = "max.connections.per.ip.overrides";

    public static Dictionary<string, int> Parse(string text)
    {
        Dictionary<string, int> overrides = [];
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(entry[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                throw new ConfigException($"{Name}={entry}: HOST:COUNT is expected");
            foreach (var address in AddressesOf(entry[..colon]))
                overrides[address.ToString()] = count;
        }
        return overrides;
    }

    static IPAddress[] AddressesOf(string host)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address];
        try
        {
            return Dns.GetHostAddresses(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new ConfigException($"{Name}={host}: the host is unknown");
        }
    }
}
