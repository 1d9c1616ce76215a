namespace NettyKafka.Server.Config;

/// <summary>A named address: an empty host is every interface, or for an advertised one the local address of the client's connection; port 0 is the port that was bound.</summary>
public sealed record Endpoint(string Name, SecurityProtocol SecurityProtocol, string Host, int Port)
{
    public bool IsOnEveryInterface => Host is "" or "0.0.0.0" or "::";

    public override string ToString() => $"{Name}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
