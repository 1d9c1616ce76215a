using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Handlers;

/// <summary>What the four APIs of delegation tokens have in common.</summary>
static class DelegationTokenRequests
{
    /// <summary>Of CreateDelegationToken and of DescribeDelegationToken.</summary>
    public const short FirstVersionWithRequester = 3;

    /// <summary>In place of a time where a request was refused before it was looked at.</summary>
    public const long NoTimestamp = -1;

    /// <summary>Only who has authenticated otherwise than by a token may ask about tokens.</summary>
    public static bool IsAllowed(RequestContext context) => context.Connection.SecurityProtocol switch
    {
        SecurityProtocol.Plaintext => false,
        SecurityProtocol.Ssl => context.Principal != KafkaPrincipal.Anonymous,
        _ => context.Connection.Sasl is not { IsTokenAuthenticated: true },
    };
}
