using System.Net.Sockets;
using DotNetty.Codecs;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Network;

/// <summary>What the network layer says: once for each event, naming the client.</summary>
static partial class NetworkLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Closing the idle connection from {Client} after {IdleMs} ms")]
    public static partial void ClosingIdle(this ILogger logger, string client, long idleMs);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refusing the connection from {Client}: {Limit}={Value} are open")]
    public static partial void ConnectionRefused(this ILogger logger, string client, string limit, int value);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Delaying the close of the connection from {Client} by {ThrottleTimeMs} ms: its address is over its connection_creation_rate")]
    public static partial void ConnectionThrottled(this ILogger logger, string client, int throttleTimeMs);

    [LoggerMessage(Level = LogLevel.Information, Message = "Failed authentication with {Client} (SSL handshake failed): {Reason}")]
    public static partial void TlsHandshakeFailed(this ILogger logger, string client, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The connection from {Client} broke off in the SSL handshake: {Reason}")]
    public static partial void TlsHandshakeBrokeOff(this ILogger logger, string client, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Closing the connection from {Client}: it was not authenticated within {LimitMs} ms")]
    public static partial void ClosingUnauthenticated(this ILogger logger, string client, long limitMs);

    /// <summary>Bytes that are no Kafka request, a connection that broke off, or a defect of ours.</summary>
    public static void ConnectionFailed(this ILogger logger, string client, Exception exception)
    {
        var cause = exception is DecoderException { InnerException: { } inner } ? inner : exception;
        if (cause is ProtocolException)
            logger.NotKafka(client, cause.Message);
        else if (cause is SocketException or IOException or ObjectDisposedException)
            logger.ConnectionBroke(client, cause.Message);
        else
            logger.UnexpectedFailure(client, cause);
    }

    public static void RequestFailed(this ILogger logger, string api, short version, int correlationId, string client, Exception exception)
    {
        if (exception is ProtocolException)
            logger.InvalidRequest(api, version, correlationId, client, exception.Message);
        else
            logger.UnexpectedRequestFailure(api, version, correlationId, client, exception);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Closing the connection from {Client}: {Reason}")]
    static partial void NotKafka(this ILogger logger, string client, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The connection from {Client} broke off: {Reason}")]
    static partial void ConnectionBroke(this ILogger logger, string client, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Closing the connection from {Client} after an unexpected failure")]
    static partial void UnexpectedFailure(this ILogger logger, string client, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Api} v{Version} with correlation id {CorrelationId} from {Client}: {Reason}; closing the connection")]
    static partial void InvalidRequest(this ILogger logger, string api, short version, int correlationId, string client, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Api} v{Version} with correlation id {CorrelationId} from {Client} failed unexpectedly; closing the connection")]
    static partial void UnexpectedRequestFailure(this ILogger logger, string api, short version, int correlationId, string client, Exception exception);
}
