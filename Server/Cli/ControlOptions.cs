using System.Net;

namespace NettyKafka.Cli;

/// <summary>What the command line of <c>control</c> says.</summary>
sealed record ControlOptions(string Address, string? Command, IReadOnlyList<string> Arguments)
{
    public const string DefaultAddress = "127.0.0.1:9099";

    /// <summary>An address to listen on: names are not looked up, and none is not every one.</summary>
    public static IPEndPoint? EndpointOf(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), out var port))
            return null;
        var host = text[..colon];
        return host == "localhost" ? new(IPAddress.Loopback, port) : IPAddress.TryParse(host, out var address) ? new(address, port) : null;
    }
}
