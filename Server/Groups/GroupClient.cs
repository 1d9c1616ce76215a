using System.Net;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Groups;

/// <summary>The client behind a member's request.</summary>
public readonly record struct GroupClient(string ClientId, string ClientHost, short ApiVersion)
{
    /// <summary>Whether the client may know of a topic: an expression that it subscribes by matches no others.</summary>
    public Func<string, bool> MayDescribe { get; init; } = static _ => true;

    /// <summary>An address as Kafka keeps it with a member, such as <c>/127.0.0.1</c> and <c>/0:0:0:0:0:0:0:1</c>.</summary>
    public static string HostOf(IPAddress address) => $"/{HostAddress.ToText(address)}";
}
