using System.Net;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security;

/// <summary>Who asks, from where, and with which API.</summary>
public readonly record struct AuthorizableRequestContext(KafkaPrincipal Principal, IPAddress ClientAddress, short ApiKey);
