using System.Buffers.Binary;
using DotNetty.Buffers;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Embedded;
using NettyKafka.Codec.Framing;

namespace NettyKafka.Tests.Network;

public sealed class FrameReceiverTests
{
    const int MaxRequestBytes = 100 << 20;

    readonly FrameDecoder decoder = new(MaxRequestBytes);
    readonly EmbeddedChannel channel;
    readonly IRecvByteBufAllocatorHandle receiver;

    public FrameReceiverTests()
    {
        channel = new(decoder);
        receiver = new FrameReceiver(decoder).NewHandle();
        receiver.Reset(channel.Configuration);
    }

    [TearDown]
    public void Close() => channel.CloseAsync();

    [Test]
    public void Frames_of_all_sizes_come_whole_and_in_order([Random(5)] int seed, [Values] bool isReadInPlace)
    {
        var random = new Random(seed);
        var frames = Enumerable.Range(0, 40).Select(_ => RandomBytes(random, 1 + (int)Math.Pow(10, random.NextDouble() * 6.4))).ToList();
        var stream = frames.SelectMany(Frame).ToArray();

        for (var sent = 0; sent < stream.Length;)
        {
            var piece = stream.AsSpan(sent, Math.Min(stream.Length - sent, 1 + random.Next(200_000)));
            sent += isReadInPlace ? Receive(piece) : Copy(piece);
        }

        foreach (var frame in frames)
            Assert.That(Take().AsSpan().SequenceEqual(frame));
        Assert.That(channel.ReadInbound<IByteBuffer>(), Is.Null);
    }

    [Test]
    public void A_large_frame_is_read_where_it_stays()
    {
        Copy(Frame(new byte[1 << 20]).AsSpan(0, 1000));
        var buffer = receiver.Allocate(channel.Allocator);
        buffer.WriteZero(buffer.WritableBytes);
        channel.WriteInbound(buffer);

        var frame = channel.ReadInbound<IByteBuffer>();
        Assert.That(frame, Is.SameAs(buffer));
        Assert.That(frame.ReadableBytes, Is.EqualTo(1 << 20));
        Assert.That(frame.ReferenceCount, Is.EqualTo(1));
        Assert.That(decoder.Receiving, Is.Null);
    }

    [Test]
    public void What_is_only_announced_takes_no_memory_to_speak_of()
    {
        Copy(BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(MaxRequestBytes)));
        Assert.That(decoder.Receiving!.Capacity, Is.EqualTo(1 << 20));

        while (decoder.Receiving is { } frame)
        {
            var buffer = receiver.Allocate(channel.Allocator);
            Assert.That(frame.Capacity, Is.LessThanOrEqualTo(Math.Max(1 << 20, 2 * frame.WriterIndex)));
            buffer.WriteZero(buffer.WritableBytes);
            channel.WriteInbound(buffer);
        }

        var whole = channel.ReadInbound<IByteBuffer>();
        Assert.That(whole.ReadableBytes, Is.EqualTo(MaxRequestBytes));
        whole.Release();
    }

    [Test]
    public async Task A_frame_that_never_became_whole_is_given_back_with_its_channel()
    {
        Copy(Frame(new byte[1 << 20]).AsSpan(0, 1000));
        var frame = decoder.Receiving!;

        await channel.CloseAsync();

        Assert.That(frame.ReferenceCount, Is.Zero);
        Assert.That(decoder.Receiving, Is.Null);
    }

    [Test]
    public void Reading_goes_on_while_buffers_are_filled_and_others_can_wait()
    {
        Read(0, isFilled: true, goesOn: true);
        Read(0, isFilled: false, goesOn: false);
        Read(4 << 20, isFilled: true, goesOn: false);
        channel.Configuration.AutoRead = false;
        Read(0, isFilled: true, goesOn: false);
    }

    void Read(int before, bool isFilled, bool goesOn)
    {
        receiver.Reset(channel.Configuration);
        receiver.LastBytesRead = before;
        var buffer = receiver.Allocate(channel.Allocator);
        receiver.LastBytesRead = buffer.WritableBytes - (isFilled ? 0 : 1);
        buffer.Release();

        Assert.That(receiver.ContinueReading(), Is.EqualTo(goesOn));
    }

    int Receive(ReadOnlySpan<byte> available)
    {
        var buffer = receiver.Allocate(channel.Allocator);
        var count = Math.Min(buffer.WritableBytes, available.Length);
        buffer.WriteBytes(available[..count].ToArray());
        receiver.LastBytesRead = count;
        channel.WriteInbound(buffer);
        return count;
    }

    int Copy(ReadOnlySpan<byte> available)
    {
        channel.WriteInbound(Unpooled.WrappedBuffer(available.ToArray()));
        return available.Length;
    }

    byte[] Take()
    {
        var frame = channel.ReadInbound<IByteBuffer>();
        var bytes = new byte[frame.ReadableBytes];
        frame.ReadBytes(bytes);
        frame.Release();
        return bytes;
    }

    static byte[] Frame(byte[] body)
    {
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        return frame;
    }

    static byte[] RandomBytes(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }
}
