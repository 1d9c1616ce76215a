using DotNetty.Buffers;
using DotNetty.Common.Utilities;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Server.Network;

/// <summary>
/// Takes the frames that are messages of a SASL mechanism alone, without a request header: those after a SaslHandshake of version 0, until the exchange is over. All
/// other frames go on.
/// </summary>
sealed class SaslTokenHandler(Connection connection, SaslAuthentication sasl, ILogger logger) : ChannelHandlerAdapter
{
    bool isBusy;

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        if (sasl.TakesRawTokens && message is IByteBuffer frame)
            _ = TakeAsync(context, frame);
        else
            context.FireChannelRead(message);
    }

    async Task TakeAsync(IChannelHandlerContext context, IByteBuffer frame)
    {
        var token = Receive(frame);
        if (isBusy)
        {
            logger.ConnectionFailed(connection.Description, new ProtocolException("a message of a SASL mechanism came before the last one was answered"));
            await context.CloseAsync();
            return;
        }

        isBusy = true;
        try
        {
            var (answer, _) = await sasl.AuthenticateAsync(token);
            connection.Context.Principal = sasl.Principal;
            sasl.TakesRawTokens = !sasl.IsComplete || sasl.IsExchanging;
            await context.WriteAndFlushAsync(Unpooled.WrappedBuffer(Unpooled.Buffer(4).WriteInt(answer.Length), Unpooled.WrappedBuffer(answer)));
        }
        catch (SaslAuthenticationException e)
        {
            await CloseAsync(context, e);
        }
        catch (Exception e)
        {
            logger.ConnectionFailed(connection.Description, e);
            await context.CloseAsync();
        }
        finally
        {
            isBusy = false;
        }
    }

    byte[] Receive(IByteBuffer frame)
    {
        var token = new byte[frame.ReadableBytes];
        frame.ReadBytes(token);
        ReferenceCountUtil.SafeRelease(frame);
        connection.Deliver(token.Length);
        connection.ReturnMemory(token.Length);
        connection.Touch();
        return token;
    }

    /// <summary>There is no message that could tell the client why.</summary>
    async Task CloseAsync(IChannelHandlerContext context, SaslAuthenticationException failure)
    {
        try
        {
            await SaslFailure.DelayAsync(connection.Context, failure, connection.Time, logger);
        }
        catch (OperationCanceledException) when (connection.Closed.IsCancellationRequested)
        {
            return;
        }

        await context.CloseAsync();
    }
}
