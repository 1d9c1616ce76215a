using DotNetty.Buffers;
using DotNetty.Transport.Channels;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Network;

/// <summary>
/// Stands in front of DotNetty's TLS handler and gives it one record at a time. SslStream takes handshake records that follow each other as one and would leave a
/// renegotiation unread until more comes: it is refused here, at once. What comes behind an offence or the end of the connection is dropped, since the handler would fail on it.
/// </summary>
sealed class TlsRecords : ChannelHandlerAdapter
{
    readonly TlsRecordBounds record = new();
    bool hasEnded;

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        var bytes = (IByteBuffer)message;
        try
        {
            while (!hasEnded && bytes.IsReadable() && context.Channel.Open)
                context.FireChannelRead(bytes.ReadRetainedSlice(Take(bytes)));
        }
        catch (ProtocolException offence)
        {
            hasEnded = true;
            context.FireExceptionCaught(offence);
        }
        finally
        {
            bytes.Release();
        }
    }

    /// <summary>The bytes up to the end of the record, or as many of it as have come.</summary>
    int Take(IByteBuffer bytes)
    {
        var taken = 0;
        while (taken < bytes.ReadableBytes)
        {
            var count = Math.Min(record.Left, bytes.ReadableBytes - taken);
            var isWhole = record.Take(bytes.GetIoBuffer(bytes.ReaderIndex + taken, count).AsSpan());
            taken += count;
            if (isWhole)
                break;
        }

        return taken;
    }
}
