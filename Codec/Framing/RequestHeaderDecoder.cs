using System.Buffers.Binary;
using DotNetty.Buffers;
using DotNetty.Common.Utilities;
using DotNetty.Transport.Channels;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Codec.Framing;

/// <summary>
/// Reads the request header of a frame and passes header and frame on as one <see cref="RequestFrame"/>. The tokens of SASL handshake v0 come without a header:
/// a connection that is in the middle of one replaces this handler in its pipeline. After the first bad header nothing more is decoded.
/// </summary>
public sealed class RequestHeaderDecoder : ChannelHandlerAdapter
{
    bool hasFailed;

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        if (message is not IByteBuffer frame)
        {
            context.FireChannelRead(message);
            return;
        }

        if (hasFailed)
        {
            frame.Release();
            return;
        }

        RequestFrame request;
        try
        {
            request = Read(frame);
        }
        catch
        {
            hasFailed = true;
            ReferenceCountUtil.SafeRelease(frame);
            throw;
        }

        context.FireChannelRead(request);
    }

    static RequestFrame Read(IByteBuffer frame)
    {
        var bytes = frame.Array.AsMemory(frame.ArrayOffset + frame.ReaderIndex, frame.ReadableBytes);
        var reader = new KafkaReader(bytes);
        var header = RequestHeader.Read(ref reader, HeaderVersion(bytes.Span));
        return new(header, frame, reader.Position);
    }

    static short HeaderVersion(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
            throw new ProtocolException($"a request of {bytes.Length} bytes has no header");
        var key = BinaryPrimitives.ReadInt16BigEndian(bytes);
        var version = BinaryPrimitives.ReadInt16BigEndian(bytes[2..]);
        return ApiKeys.Find(key) is { } api
            ? api.RequestHeaderVersion(version)
            : throw new ProtocolException($"API key {key} is unknown");
    }
}
