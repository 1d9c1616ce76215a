using System.Buffers.Binary;
using DotNetty.Buffers;
using DotNetty.Codecs;
using DotNetty.Transport.Channels;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Codec.Framing;

/// <summary>
/// Cuts the byte stream into requests by their 4-byte <c>message_size</c>. A size is judged as soon as its four bytes are there, before anything accumulates;
/// after the first bad one nothing more is decoded.
/// </summary>
/// <param name="maxRequestBytes">The largest size accepted (<c>socket.request.max.bytes</c>).</param>
/// <param name="admit">Asked once a frame with its size; false leaves the frame unread until <see cref="Resume"/>.</param>
/// <param name="limit">The largest size accepted now, where it is smaller for a time.</param>
public sealed class FrameDecoder(int maxRequestBytes, Func<int, bool>? admit = null, Func<int>? limit = null)
    : LengthFieldBasedFrameDecoder(MaxFrameLength(maxRequestBytes), 0, SizeLength, 0, SizeLength)
{
    const int SizeLength = 4;
    const int LargeFrameBytes = 32 * 1024;
    const int MaxAheadBytes = 1 << 20;

    bool hasFailed;
    bool isAdmitted;

    /// <summary>A large frame of which more is to come: its bytes are read, or copied, to where they stay.</summary>
    public IByteBuffer? Receiving { get; private set; }

    /// <summary>Goes on with bytes received before, after a frame had to wait for its admission.</summary>
    public void Resume(IChannelHandlerContext context)
    {
        ChannelRead(context, Unpooled.Empty);
        ChannelReadComplete(context);
    }

    public override void ChannelRead(IChannelHandlerContext context, object message)
    {
        if (Receiving is not { } frame || message is not IByteBuffer bytes)
        {
            base.ChannelRead(context, message);
            return;
        }

        var isInPlace = bytes == frame;
        if (!isInPlace)
            frame.WriteBytes(bytes, Math.Min(bytes.ReadableBytes, frame.MaxWritableBytes));
        if (frame.MaxWritableBytes == 0)
        {
            Receiving = null;
            isAdmitted = false;
            context.FireChannelRead(frame);
        }

        if (!isInPlace && bytes.IsReadable())
            base.ChannelRead(context, bytes);
        else
            bytes.Release();
    }

    public override void ChannelInactive(IChannelHandlerContext ctx)
    {
        Drop();
        base.ChannelInactive(ctx);
    }

    /// <summary>Unlike the base class this never asks for a read by itself: whoever turned AutoRead off meant it.</summary>
    public override void ChannelReadComplete(IChannelHandlerContext context)
    {
        DiscardSomeReadBytes();
        context.FireChannelReadComplete();
    }

    protected override void HandlerRemovedInternal(IChannelHandlerContext context) => Drop();

    protected override object? Decode(IChannelHandlerContext context, IByteBuffer input)
    {
        if (hasFailed)
        {
            input.SkipBytes(input.ReadableBytes);
            return null;
        }

        if (input.ReadableBytes < SizeLength || !IsAdmitted(input.GetInt(input.ReaderIndex)))
            return null;
        if (input.GetInt(input.ReaderIndex) is var size && size > LargeFrameBytes && size > input.ReadableBytes - SizeLength)
        {
            Receive(context, input, size);
            return null;
        }

        var frame = base.Decode(context, input);
        isAdmitted = frame is null;
        return frame;
    }

    /// <summary>What is only announced takes little memory: the buffer grows with what has come.</summary>
    void Receive(IChannelHandlerContext context, IByteBuffer input, int size)
    {
        Receiving = context.Allocator.Buffer(Math.Min(size, MaxAheadBytes), size);
        input.SkipBytes(SizeLength);
        Receiving.WriteBytes(input);
    }

    void Drop()
    {
        Receiving?.Release();
        Receiving = null;
    }

    bool IsAdmitted(int size)
    {
        if (isAdmitted)
            return true;
        var max = limit?.Invoke() ?? maxRequestBytes;
        if (size <= 0 || size > max)
        {
            hasFailed = true;
            throw new ProtocolException($"a request of {size} bytes ({Describe(size)}): 1 to {max} are valid");
        }

        return isAdmitted = admit?.Invoke(size) ?? true;
    }

    static string Describe(int size)
    {
        Span<byte> bytes = stackalloc byte[SizeLength];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        if (bytes[0] == 0x16 && bytes[1] == 0x03)
            return "they look like a TLS handshake";
        return bytes.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e)
            ? "no size of a Kafka request"
            : $"they spell '{System.Text.Encoding.ASCII.GetString(bytes)}'";
    }

    // The base class counts the size field itself.
    static int MaxFrameLength(int maxRequestBytes) => (int)Math.Min(int.MaxValue, (long)maxRequestBytes + SizeLength);
}
