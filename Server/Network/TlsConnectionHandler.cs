using DotNetty.Handlers.Tls;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security.Tls;

namespace NettyKafka.Server.Network;

/// <summary>Stands behind DotNetty's TLS handler: learns who the client is when the handshake is done, says why one failed, and takes leave before a close.</summary>
sealed class TlsConnectionHandler(Connection connection, ServerSslStream stream, SslContext ssl, ILogger logger) : ChannelHandlerAdapter
{
    bool hasHandshake;
    bool hasRefused;
    bool hasEnded;
    bool isClosing;

    public static void Install(IChannelPipeline pipeline, Connection connection, SslContext ssl, ILogger logger)
    {
        ServerSslStream? stream = null;
        var tls = new TlsHandler(transport => stream = new(transport, ssl), new ServerTlsSettings(ssl.Certificate));
        pipeline.AddLast("tls-records", new TlsRecords());
        pipeline.AddLast("tls", tls);
        pipeline.AddLast("tls-connection", new TlsConnectionHandler(connection, stream!, ssl, logger));
    }

    public override void HandlerAdded(IChannelHandlerContext context)
    {
        stream.Refused = LogRefusal;
        stream.Ended = () =>
        {
            hasEnded = true;
            _ = context.Channel.CloseAsync();
        };
    }

    public override void UserEventTriggered(IChannelHandlerContext context, object evt)
    {
        if (evt is TlsHandshakeCompletionEvent { IsSuccessful: true })
            Complete(context);
        else if (evt is TlsHandshakeCompletionEvent failed)
            LogFailure(failed.Exception);
        context.FireUserEventTriggered(evt);
    }

    /// <summary>Before the handshake is done the TLS handler closes the channel itself; later nobody else would.</summary>
    public override void ExceptionCaught(IChannelHandlerContext context, Exception exception)
    {
        if (!hasHandshake && exception is not ProtocolException)
            return;
        hasEnded = true;
        context.FireExceptionCaught(exception is NotSslRecordException ? new IOException("bytes that are no TLS record") : TlsFailure.Of(exception));
    }

    public override Task CloseAsync(IChannelHandlerContext context)
    {
        if (stream.IsAuthenticated && !isClosing && context.Channel.Active)
        {
            isClosing = true;
            _ = TakeLeaveAsync();
        }

        return context.CloseAsync();
    }

    void Complete(IChannelHandlerContext context)
    {
        hasHandshake = true;
        if (connection.Context.SecurityProtocol == SecurityProtocol.Ssl)
        {
            if (ssl.PrincipalOf(stream.RemoteCertificate) is not { } principal)
            {
                logger.TlsHandshakeFailed(connection.Description, $"no rule of ssl.principal.mapping.rules applies to {stream.RemoteCertificate!.Subject}");
                _ = context.Channel.CloseAsync();
                return;
            }

            connection.Context.Principal = principal;
        }

        connection.CompleteHandshake();
        context.Channel.EventLoop.Execute(() => CompleteFirstRead(context));
    }

    /// <summary>
    /// What came together with the end of the handshake is passed on after the event that tells of it: without a ChannelReadComplete that lets the answers leave, and
    /// without anyone to tell when it cannot be read.
    /// </summary>
    void CompleteFirstRead(IChannelHandlerContext context)
    {
        if (stream.IsAuthenticated)
            context.FireChannelReadComplete();
        else if (!hasEnded)
            context.FireExceptionCaught(new IOException("the first bytes after the handshake are no TLS record"));
    }

    void LogRefusal(Exception cause)
    {
        hasRefused = true;
        if (!hasEnded)
            logger.TlsHandshakeFailed(connection.Description, stream.Refusal ?? TlsFailure.ReasonOf(cause));
    }

    void LogFailure(Exception cause)
    {
        if (hasEnded || hasRefused)
            return;
        if (cause is NotSslRecordException)
            logger.TlsHandshakeFailed(connection.Description, "the client does not speak TLS");
        else
            logger.TlsHandshakeBrokeOff(connection.Description, TlsFailure.ReasonOf(cause));
    }

    /// <summary>Tells the client that nothing was cut off. One that does not read is not waited for.</summary>
    async Task TakeLeaveAsync()
    {
        try
        {
            await stream.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            logger.ConnectionFailed(connection.Description, TlsFailure.Of(e));
        }
    }
}
