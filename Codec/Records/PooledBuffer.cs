using System.Buffers;

namespace NettyKafka.Codec.Records;

/// <summary>A growing run of bytes in an array of the shared pool, which gets it back on <see cref="Dispose"/>. It never grows beyond its limit.</summary>
public sealed class PooledBuffer(int limit = int.MaxValue) : IBufferWriter<byte>, IDisposable
{
    const int MinimumSize = 512;

    byte[] array = [];

    public int WrittenCount { get; private set; }

    /// <summary>How many bytes may still be added.</summary>
    public int Remaining => limit - WrittenCount;

    public Span<byte> WrittenSpan => array.AsSpan(0, WrittenCount);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, array.Length - WrittenCount);
        WrittenCount += count;
    }

    /// <summary>Room for at least <paramref name="sizeHint"/> bytes.</summary>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return array.AsSpan(WrittenCount);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return array.AsMemory(WrittenCount);
    }

    /// <summary>Room for exactly <paramref name="count"/> bytes, or false when that goes beyond the limit.</summary>
    public bool TryGetSpan(int count, out Span<byte> span)
    {
        span = count > Remaining ? default : GetSpan(count)[..count];
        return count <= Remaining;
    }

    public void Clear() => WrittenCount = 0;

    public void Dispose()
    {
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
        array = [];
        WrittenCount = 0;
    }

    void Reserve(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Remaining);
        var needed = WrittenCount + Math.Max(count, 1);
        if (needed <= array.Length)
            return;
        var doubled = Math.Min(2L * array.Length, Array.MaxLength);
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(Math.Max(needed, doubled), MinimumSize));
        WrittenSpan.CopyTo(larger);
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
        array = larger;
    }
}
