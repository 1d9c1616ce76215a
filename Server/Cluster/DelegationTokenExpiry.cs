using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Cluster;

/// <summary>Removes expired delegation tokens, every <c>delegation.token.expiry.check.interval.ms</c>.</summary>
public sealed class DelegationTokenExpiry : IDisposable
{
    readonly DelegationTokenControl tokens;
    readonly ILogger logger;
    readonly ITimer? timer;

    public DelegationTokenExpiry(DelegationTokenControl tokens, TimeSpan checkInterval, TimeProvider time, ILogger logger)
    {
        (this.tokens, this.logger) = (tokens, logger);
        if (tokens.Secret is not null)
            timer = time.CreateTimer(_ => _ = CheckAsync(), null, checkInterval, checkInterval);
    }

    public void Dispose() => timer?.Dispose();

    async Task CheckAsync()
    {
        foreach (var token in await tokens.RemoveExpiredAsync().ConfigureAwait(false))
            logger.LogInformation("Delegation token expired for token: {TokenId} for owner: {Owner}", token.Id, token.Owner);
    }
}
