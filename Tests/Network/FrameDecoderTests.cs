using System.Text;
using DotNetty.Buffers;
using DotNetty.Codecs;
using DotNetty.Transport.Channels.Embedded;
using NettyKafka.Codec.Framing;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Network;

public sealed class FrameDecoderTests
{
    const int MaxRequestBytes = 100;

    [Test]
    public void A_frame_is_cut_out_without_its_size([Values(1, 3, 4, 5, 64)] int pieceSize)
    {
        var channel = new EmbeddedChannel(new FrameDecoder(MaxRequestBytes));
        foreach (var piece in Frame([1, 2, 3]).Concat(Frame([4])).Chunk(pieceSize))
            channel.WriteInbound(Unpooled.WrappedBuffer(piece));

        Assert.That(Take(channel), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Take(channel), Is.EqualTo(new byte[] { 4 }));
        Assert.That(Take(channel), Is.Null);
    }

    [Test]
    public void The_largest_size_is_the_one_configured_without_the_size_field_itself()
    {
        var channel = new EmbeddedChannel(new FrameDecoder(MaxRequestBytes));
        channel.WriteInbound(Unpooled.WrappedBuffer(Frame(new byte[MaxRequestBytes])));

        Assert.That(Take(channel), Has.Length.EqualTo(MaxRequestBytes));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(MaxRequestBytes + 1)]
    [TestCase(int.MaxValue)]
    public void A_bad_size_is_refused_on_its_four_bytes_alone(int size)
    {
        var channel = new EmbeddedChannel(new FrameDecoder(MaxRequestBytes));

        var failure = Assert.Throws<DecoderException>(() => channel.WriteInbound(Unpooled.Buffer(4).WriteInt(size)));

        Assert.That(failure!.InnerException, Is.TypeOf<ProtocolException>());
        Assert.That(failure.InnerException!.Message, Does.Contain($"{size} bytes").And.Contain($"1 to {MaxRequestBytes}"));
    }

    [Test]
    public void After_a_bad_size_nothing_more_is_decoded()
    {
        var channel = new EmbeddedChannel(new FrameDecoder(MaxRequestBytes));
        Assert.Throws<DecoderException>(() => channel.WriteInbound(Unpooled.Buffer(4).WriteInt(-1)));

        channel.WriteInbound(Unpooled.WrappedBuffer(Frame([1, 2, 3])));

        Assert.That(Take(channel), Is.Null);
    }

    [Test]
    public void The_error_says_what_the_bytes_look_like()
    {
        Assert.That(RefusalOf(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n")), Does.Contain("'GET '"));
        Assert.That(RefusalOf([0x16, 0x03, 0x01, 0x02, 0x00]), Does.Contain("TLS"));
    }

    [Test]
    public void A_frame_that_is_not_admitted_waits_and_is_asked_for_again()
    {
        var isOpen = false;
        var asked = new List<int>();
        var decoder = new FrameDecoder(MaxRequestBytes, size =>
        {
            asked.Add(size);
            return isOpen;
        });
        var channel = new EmbeddedChannel(decoder);
        channel.WriteInbound(Unpooled.WrappedBuffer(Frame([1, 2, 3])));
        Assert.That(Take(channel), Is.Null);

        isOpen = true;
        decoder.Resume(channel.Pipeline.Context(decoder));

        Assert.That(Take(channel), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(asked, Is.EqualTo(new[] { 3, 3 }));
    }

    static string RefusalOf(byte[] bytes) =>
        Assert.Throws<DecoderException>(() => new EmbeddedChannel(new FrameDecoder(MaxRequestBytes)).WriteInbound(Unpooled.WrappedBuffer(bytes)))!.InnerException!.Message;

    static byte[] Frame(byte[] body) => [.. BitConverter.GetBytes(body.Length).Reverse(), .. body];

    static byte[]? Take(EmbeddedChannel channel)
    {
        if (channel.ReadInbound<IByteBuffer>() is not { } buffer)
            return null;
        var bytes = new byte[buffer.ReadableBytes];
        buffer.ReadBytes(bytes);
        buffer.Release();
        return bytes;
    }
}
