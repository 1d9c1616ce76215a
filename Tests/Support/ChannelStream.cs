using System.IO.Pipelines;
using DotNetty.Buffers;
using DotNetty.Transport.Channels;

namespace NettyKafka.Tests.Support;

/// <summary>A client's channel as a stream, for who speaks TLS over it.</summary>
public sealed class ChannelStream : Stream
{
    readonly Pipe received = new();
    readonly List<byte> held = [];
    int writesUntilHeld = int.MaxValue;
    int writes;
    (int Write, byte[] Bytes)? addition;

    /// <summary>The end of the channel's pipeline.</summary>
    public IChannelHandler Handler => new Receiver(received.Writer);

    public IChannel Channel { get; set; } = null!;

    public int PieceBytes { get; set; } = int.MaxValue;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>After so many more writes nothing is sent before <see cref="ReleaseAsync"/>.</summary>
    public void HoldAfter(int writes) => writesUntilHeld = writes;

    public Task ReleaseAsync()
    {
        writesUntilHeld = int.MaxValue;
        return SendAsync(held.ToArray());
    }

    /// <summary>Sends the bytes in one piece with the end of a later write: 1 is the next.</summary>
    public void AddTo(int write, byte[] bytes) => addition = (writes + write, bytes);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(PieceBytes, bytes.Length)];
            await Channel.WriteAndFlushAsync(Unpooled.WrappedBuffer(piece.ToArray())).ConfigureAwait(false);
            bytes = bytes[piece.Length..];
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        writes++;
        if (addition is { } more && more.Write == writes)
            buffer = (byte[])[.. buffer.Span, .. more.Bytes];
        if (--writesUntilHeld < 0)
            held.AddRange(buffer.Span);
        else
            await SendAsync(buffer).ConfigureAwait(false);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        received.Reader.AsStream(leaveOpen: true).ReadAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    sealed class Receiver(PipeWriter received) : ChannelHandlerAdapter
    {
        public override void ChannelRead(IChannelHandlerContext context, object message)
        {
            var buffer = (IByteBuffer)message;
            var span = received.GetSpan(buffer.ReadableBytes);
            for (var i = 0; i < buffer.ReadableBytes; i++)
                span[i] = buffer.GetByte(buffer.ReaderIndex + i);
            received.Advance(buffer.ReadableBytes);
            buffer.Release();
            _ = received.FlushAsync().AsTask();
        }

        public override void ChannelInactive(IChannelHandlerContext context) => received.Complete();
    }
}
