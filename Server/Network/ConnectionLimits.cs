using System.Net;

namespace NettyKafka.Server.Network;

/// <summary>
/// How many connections may be open: in total (<c>max.connections</c>) and from one address (<c>max.connections.per.ip</c>). The total is also kept
/// below the process's limit of open files, since running out of them takes more down than the connection that was one too many.
/// </summary>
/// <param name="overrides">Addresses with a limit of their own (<c>max.connections.per.ip.overrides</c>).</param>
public sealed class ConnectionLimits(int maxConnections, int maxConnectionsPerIp, int maxOpenFiles = int.MaxValue, IReadOnlyDictionary<string, int>? overrides = null)
{
    const int SpareFiles = 64;

    readonly Lock gate = new();
    readonly Dictionary<IPAddress, int> byAddress = [];
    int total;

    public int MaxConnections { get; } = Math.Min(maxConnections, Math.Max(1, maxOpenFiles - SpareFiles));

    public bool TryOpen(IPAddress address, out string limit, out int value)
    {
        lock (gate)
        {
            var open = byAddress.GetValueOrDefault(address);
            var ofAddress = overrides?.GetValueOrDefault(address.ToString(), maxConnectionsPerIp) ?? maxConnectionsPerIp;
            (limit, value) = total >= MaxConnections ? ("max.connections", MaxConnections) : ("max.connections.per.ip", ofAddress);
            if (total >= MaxConnections || open >= ofAddress)
                return false;
            total++;
            byAddress[address] = open + 1;
            return true;
        }
    }

    public void Close(IPAddress address)
    {
        lock (gate)
        {
            total--;
            if (byAddress[address] == 1)
                byAddress.Remove(address);
            else
                byAddress[address]--;
        }
    }
}
