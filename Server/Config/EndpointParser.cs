using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NettyKafka.Server.Config;

/// <summary>Reads listeners, advertised.listeners and listener.security.protocol.map.</summary>
public static class EndpointParser
{
    static readonly Dictionary<string, SecurityProtocol> protocols = new()
    {
        ["PLAINTEXT"] = SecurityProtocol.Plaintext,
        ["SSL"] = SecurityProtocol.Ssl,
        ["SASL_PLAINTEXT"] = SecurityProtocol.SaslPlaintext,
        ["SASL_SSL"] = SecurityProtocol.SaslSsl,
    };

    public static string NameOf(SecurityProtocol protocol) => protocols.First(pair => pair.Value == protocol).Key;

    /// <summary>The listeners to open: those that are not a controller's.</summary>
    public static IReadOnlyList<Endpoint> ListenersOf(ConfigValues values) =>
        ParseAll(values, "listeners").FindAll(listener => !ControllerNamesOf(values).Contains(listener.Name));

    public static IReadOnlyList<Endpoint> ControllerListenersOf(ConfigValues values) =>
        ParseAll(values, "listeners").FindAll(listener => ControllerNamesOf(values).Contains(listener.Name));

    public static IReadOnlyList<Endpoint> AdvertisedListenersOf(ConfigValues values) =>
        ParseAll(values, "advertised.listeners").FindAll(listener => !ControllerNamesOf(values).Contains(listener.Name));

    /// <summary>NAME:PROTOCOL,… with the names in upper case.</summary>
    public static Dictionary<string, SecurityProtocol> ParseProtocolMap(string text)
    {
        const string Name = "listener.security.protocol.map";
        Dictionary<string, SecurityProtocol> map = [];
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.LastIndexOf(':');
            if (colon <= 0)
                throw Wrong(Name, entry, "LISTENER_NAME:PROTOCOL");
            if (!protocols.TryGetValue(entry[(colon + 1)..].Trim().ToUpperInvariant(), out var protocol))
                throw Wrong(Name, entry, $"one of [{string.Join(", ", protocols.Keys)}] as the protocol");
            map[entry[..colon].Trim().ToUpperInvariant()] = protocol;
        }
        return map;
    }

    /// <summary>NAME://HOST:PORT,… of the config <paramref name="config"/>; names are unique.</summary>
    public static List<Endpoint> Parse(string config, IReadOnlyList<string> entries, Dictionary<string, SecurityProtocol> protocolMap)
    {
        List<Endpoint> listeners = [];
        foreach (var entry in entries)
        {
            var listener = ParseOne(config, entry, protocolMap);
            if (listeners.Exists(other => other.Name == listener.Name))
                throw Wrong(config, entry, $"a name of its own for each listener ({listener.Name} is there twice)");
            listeners.Add(listener);
        }
        return listeners;
    }

    /// <summary>Two listeners cannot be opened on one port, unless their addresses differ or one is IPv4 and the other IPv6.</summary>
    public static void CheckPorts(IReadOnlyList<Endpoint> listeners)
    {
        for (var i = 0; i < listeners.Count; i++)
            for (var j = i + 1; j < listeners.Count; j++)
                if (Collide(listeners[i], listeners[j]))
                    throw Wrong("listeners", listeners[j].ToString(), $"a port of its own for each listener ({listeners[i]} has it)");
    }

    static List<Endpoint> ParseAll(ConfigValues values, string config)
    {
        var protocolMap = ParseProtocolMap(values.Text("listener.security.protocol.map"));
        // A controller's listener is never opened, so its protocol may be missing.
        foreach (var name in ControllerNamesOf(values))
            protocolMap.TryAdd(name, SecurityProtocol.Plaintext);
        return Parse(config, values.Entries(config), protocolMap);
    }

    static List<string> ControllerNamesOf(ConfigValues values) =>
        [.. values.Entries("controller.listener.names").Select(name => name.ToUpperInvariant())];

    static Endpoint ParseOne(string config, string entry, Dictionary<string, SecurityProtocol> protocolMap)
    {
        const string Form = "NAME://HOST:PORT";
        var colons = entry.IndexOf("://", StringComparison.Ordinal);
        var lastColon = entry.LastIndexOf(':');
        if (colons <= 0 || lastColon <= colons)
            throw Wrong(config, entry, Form);

        var name = entry[..colons].ToUpperInvariant();
        if (!int.TryParse(entry[(lastColon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > ushort.MaxValue)
            throw Wrong(config, entry, $"{Form} with a port in [0,...,65535]");
        if (!TryParseHost(entry[(colons + 3)..lastColon], out var host))
            throw Wrong(config, entry, $"{Form} with a host name, an IPv4 address or an IPv6 address in brackets");
        if (!protocolMap.TryGetValue(name, out var protocol))
            throw Wrong(config, entry, $"the security protocol of {name} in listener.security.protocol.map");
        return new(name, protocol, host, port);
    }

    static bool TryParseHost(string text, out string host)
    {
        var isBracketed = text.StartsWith('[') && text.EndsWith(']');
        host = isBracketed ? text[1..^1] : text;
        if (isBracketed)
            return IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        return host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
    }

    static bool Collide(Endpoint one, Endpoint other)
    {
        if (one.Port != other.Port || one.Port == 0)
            return false;
        if (IPAddress.TryParse(one.Host, out var a) && IPAddress.TryParse(other.Host, out var b) && a.AddressFamily != b.AddressFamily)
            return false;
        return one.IsOnEveryInterface || other.IsOnEveryInterface || string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase);
    }

    static ConfigException Wrong(string config, string entry, string expected) => new($"{config}={entry}: {expected} is expected");
}
