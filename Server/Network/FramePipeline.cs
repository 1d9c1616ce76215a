using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Framing;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Server.Network;

/// <summary>The pipeline of every connection, the same on a socket and in a test.</summary>
static class FramePipeline
{
    const string FrameDecoderName = "frame-decoder";

    public static void Install(IChannelPipeline pipeline, Connection connection, RequestDispatcher dispatcher, int maxRequestBytes, ILogger logger)
    {
        var sasl = connection.Context.Sasl;
        var frameDecoder = new FrameDecoder(maxRequestBytes, size => Admit(connection, size), sasl is null ? null : () => MaxBytes(sasl, maxRequestBytes));
        if (connection.Context.SecurityProtocol is SecurityProtocol.Plaintext or SecurityProtocol.SaslPlaintext)
            connection.Channel.Configuration.RecvByteBufAllocator = new FrameReceiver(frameDecoder);
        pipeline.AddLast(FrameDecoderName, frameDecoder);
        if (sasl is not null)
            pipeline.AddLast("sasl-token-handler", new SaslTokenHandler(connection, sasl, logger));
        pipeline.AddLast("request-header-decoder", new RequestHeaderDecoder());
        pipeline.AddLast("response-encoder", new ResponseEncoder());
        pipeline.AddLast("request-dispatcher", dispatcher);
    }

    /// <summary>Who has not said who it is gets little memory.</summary>
    static int MaxBytes(SaslAuthentication sasl, int maxRequestBytes) => sasl.IsComplete ? maxRequestBytes : Math.Min(maxRequestBytes, sasl.Config.ServerMaxReceiveSize);

    /// <summary>Without memory for a frame the connection is not read until others have given some back.</summary>
    static bool Admit(Connection connection, int size)
    {
        if (connection.Closed.IsCancellationRequested)
            return false;
        var channel = connection.Channel;
        var isAdmitted = connection.TryTakeMemory(size, () => channel.EventLoop.Execute(() => Retry(connection)));
        connection.ReadGate.Set(ReadGate.PauseReason.NoMemory, !isAdmitted);
        return isAdmitted;
    }

    static void Retry(Connection connection)
    {
        if (connection.Closed.IsCancellationRequested)
            return;
        connection.ReadGate.Set(ReadGate.PauseReason.NoMemory, false);
        if (connection.Channel.Pipeline.Context(FrameDecoderName) is { } context)
            ((FrameDecoder)context.Handler).Resume(context);
    }
}
