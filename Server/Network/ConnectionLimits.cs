using System.Net;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Network;

/// <summary>
/// How many connections may be open: in total and on each listener (<c>max.connections</c>), from one address (<c>max.connections.per.ip</c>), and how fast they
/// may come (<c>max.connection.creation.rate</c>). The total is also kept below the process's limit of open files, since running out of them takes more down than
/// the connection that was one too many.
/// </summary>
public sealed class ConnectionLimits(DynamicBrokerConfig config, TimeProvider time, int maxOpenFiles = int.MaxValue)
{
    const int SpareFiles = 64;
    const string MaxConnections = "max.connections";

    readonly Lock gate = new();
    readonly Dictionary<IPAddress, int> byAddress = [];
    readonly Dictionary<string, OfListener> byListener = [];
    readonly ConnectionCreationRate rate = new(time);
    int total;

    /// <summary>What the process's open files leave room for.</summary>
    public int MostConnections { get; } = Math.Max(1, maxOpenFiles - SpareFiles);

    public bool TryOpen(string listenerName, IPAddress address, out string limit, out int value)
    {
        lock (gate)
        {
            var listener = Find(listenerName);
            var open = byAddress.GetValueOrDefault(address);
            if (FindReached(listenerName, listener, address, open) is { } reached)
            {
                (limit, value) = reached;
                return false;
            }

            total++;
            listener.Open++;
            byAddress[address] = open + 1;
            (limit, value) = ("", 0);
            return true;
        }
    }

    /// <summary>How long a connection that was opened has to wait for its turn.</summary>
    public TimeSpan DelayOf(string listenerName)
    {
        lock (gate)
        {
            var listener = Find(listenerName);
            var ofBroker = IsProtected(listenerName) ? TimeSpan.Zero : rate.Admit(config.Current.MaxConnectionCreationRate);
            var ofListener = listener.Rate.Admit(listener.Limits.MaxConnectionCreationRate);
            return ofBroker > ofListener ? ofBroker : ofListener;
        }
    }

    public void Close(string listenerName, IPAddress address)
    {
        lock (gate)
        {
            total--;
            Find(listenerName).Open--;
            if (byAddress[address] == 1)
                byAddress.Remove(address);
            else
                byAddress[address]--;
        }
    }

    (string Name, int Value)? FindReached(string listenerName, OfListener listener, IPAddress address, int openOfAddress)
    {
        var current = config.Current;
        if (total >= MostConnections)
            return ("the limit of open files", maxOpenFiles);
        if (total >= current.MaxConnections && !IsProtected(listenerName))
            return (MaxConnections, current.MaxConnections);
        if (listener.Open >= listener.Limits.MaxConnections)
            return ($"{BrokerConfigs.ListenerPrefix}{listenerName.ToLowerInvariant()}.{MaxConnections}", listener.Limits.MaxConnections);
        var ofAddress = current.MaxConnectionsPerIpOverrides.GetValueOrDefault(address.ToString(), current.MaxConnectionsPerIp);
        return openOfAddress >= ofAddress ? ("max.connections.per.ip", ofAddress) : null;
    }

    /// <summary>The brokers' own listener is not shut by clients on the others, as in Kafka.</summary>
    bool IsProtected(string listenerName) => config.Current.InterBrokerListenerName == listenerName && config.Current.Listeners.Count > 1;

    OfListener Find(string name)
    {
        var current = config.Current;
        if (!byListener.TryGetValue(name, out var listener))
            byListener[name] = listener = new(new(time));
        if (listener.Config != current)
            (listener.Config, listener.Limits) = (current, ListenerLimits.Of(current, name));
        return listener;
    }

    sealed class OfListener(ConnectionCreationRate rate)
    {
        public ConnectionCreationRate Rate => rate;

        public int Open { get; set; }

        /// <summary>What the limits are taken from.</summary>
        public BrokerConfig? Config { get; set; }

        public ListenerLimits Limits { get; set; }
    }
}
