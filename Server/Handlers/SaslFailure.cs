using Microsoft.Extensions.Logging;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Server.Handlers;

/// <summary>What every failed authentication has in common: a line in the log, a pause that makes guessing slow, and the end of the connection.</summary>
public static partial class SaslFailure
{
    public static async ValueTask DelayAsync(ConnectionContext connection, SaslAuthenticationException failure, TimeProvider time, ILogger logger)
    {
        connection.MustClose = true;
        logger.FailedAuthentication(connection.RemoteAddress.ToString(), failure.Detail);
        var delay = connection.Sasl!.Config.FailedAuthenticationDelay;
        if (delay > TimeSpan.Zero)
            await Task.Delay(delay, time, connection.Closed);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Failed authentication with {Client} ({Reason})")]
    static partial void FailedAuthentication(this ILogger logger, string client, string reason);
}
