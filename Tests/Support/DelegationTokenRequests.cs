using NettyKafka.Codec.Messages;
using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Support;

/// <summary>Clients that ask about delegation tokens, of a broker where they are enabled.</summary>
static class DelegationTokenRequests
{
    public static readonly (string Name, string Value)[] Settings =
    [
        ("delegation.token.secret.key", "the cluster's secret"),
        ("delegation.token.max.lifetime.ms", "100000"),
        ("delegation.token.expiry.time.ms", "10000"),
        ("delegation.token.expiry.check.interval.ms", "5000"),
    ];

    public static TestConnection ConnectAuthenticated(this TestBroker broker, string user) => broker.ConnectAs(user, SecurityProtocol.SaslPlaintext);

    public static CreateDelegationTokenResponse CreateToken(this TestConnection connection, long maxLifetimeMs = -1, params string[] renewers) =>
        connection.Send(RequestOf(maxLifetimeMs, renewers), 3);

    public static CreateDelegationTokenRequest RequestOf(long maxLifetimeMs = -1, params string[] renewers) => new()
    {
        MaxLifetimeMs = maxLifetimeMs,
        Renewers = [.. renewers.Select(name => new CreateDelegationTokenRequest.CreatableRenewers { PrincipalType = "User", PrincipalName = name })],
    };

    public static RenewDelegationTokenResponse Renew(this TestConnection connection, byte[] hmac, long periodMs = -1, short version = 2) =>
        connection.Send(new RenewDelegationTokenRequest { Hmac = hmac, RenewPeriodMs = periodMs }, version);

    public static ExpireDelegationTokenResponse Expire(this TestConnection connection, byte[] hmac, long periodMs = -1, short version = 2) =>
        connection.Send(new ExpireDelegationTokenRequest { Hmac = hmac, ExpiryTimePeriodMs = periodMs }, version);

    public static List<DescribeDelegationTokenResponse.DescribedDelegationToken> DescribeTokens(this TestConnection connection, params string[] owners) =>
        connection.Send(new DescribeDelegationTokenRequest { Owners = owners.Length == 0 ? null : [.. owners.Select(name => new DescribeDelegationTokenRequest.DescribeDelegationTokenOwner { PrincipalType = "User", PrincipalName = name })] }, 3).Tokens;
}
