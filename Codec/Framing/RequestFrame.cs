using DotNetty.Buffers;
using DotNetty.Common.Utilities;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Codec.Framing;

/// <summary>One request as received: its header, read, and the frame with the body still as bytes. Who takes it from the pipeline releases it.</summary>
public sealed class RequestFrame(RequestHeader header, IByteBuffer frame, int bodyStart)
{
    public RequestHeader Header { get; } = header;

    public short ApiKey => Header.RequestApiKey;

    public short ApiVersion => Header.RequestApiVersion;

    /// <summary>The frame's size without the four bytes of the size itself.</summary>
    public int SizeInBytes { get; } = frame.ReadableBytes;

    public Memory<byte> Body => frame.Array.AsMemory(frame.ArrayOffset + frame.ReaderIndex + bodyStart, frame.ReadableBytes - bodyStart);

    public void Release() => ReferenceCountUtil.SafeRelease(frame);
}
