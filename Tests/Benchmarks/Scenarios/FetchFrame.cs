using System.Buffers.Binary;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>A prebuilt Fetch of partition 0 whose offset is set in place.</summary>
sealed class FetchFrame
{
    const long Placeholder = 0x5A17_C0DE_5A17_C0DE;

    readonly byte[] bytes;
    readonly int offsetPosition;

    public FetchFrame(Uuid topicId, int maxBytes)
    {
        bytes = Frame.Encode(TestRequests.Fetch(topicId, partition: 0, Placeholder, maxBytes));
        Span<byte> placeholder = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(placeholder, Placeholder);
        offsetPosition = bytes.AsSpan().IndexOf(placeholder);
    }

    public ReadOnlySpan<byte> From(long offset)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(offsetPosition), offset);
        return bytes;
    }
}
