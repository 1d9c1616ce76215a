using System.Runtime.InteropServices;
using DotNetty.Buffers;

namespace NettyKafka.Codec.Wire;

/// <summary>
/// A run of record batches as bytes, reference-counted. A view lives as long as the frame it was cut from; an owned one holds a pooled buffer until it is released.
/// </summary>
public sealed class Records
{
    public static readonly Records Empty = new(default, null);

    readonly IByteBuffer? owned;

    Records(Memory<byte> memory, IByteBuffer? owned)
    {
        Memory = memory;
        this.owned = owned;
    }

    public Memory<byte> Memory { get; }

    public Span<byte> Span => Memory.Span;

    public int SizeInBytes => Memory.Length;

    public static Records View(Memory<byte> memory) => new(memory, null);

    /// <summary>Takes over the buffer's readable bytes together with the caller's reference.</summary>
    public static Records Own(IByteBuffer buffer) =>
        new(buffer.Array.AsMemory(buffer.ArrayOffset + buffer.ReaderIndex, buffer.ReadableBytes), buffer);

    public void Retain() => owned?.Retain();

    public void Release() => owned?.Release();

    /// <summary>A buffer over the same bytes, for the channel to write; takes over this reference.</summary>
    public IByteBuffer ToBuffer()
    {
        if (owned is not null)
            return owned;
        return MemoryMarshal.TryGetArray<byte>(Memory, out var array)
            ? Unpooled.WrappedBuffer(array.Array, array.Offset, array.Count)
            : Unpooled.WrappedBuffer(Memory.ToArray());
    }
}
