using System.Buffers.Binary;
using System.Net.Sockets;

namespace NettyKafka.Benchmarks.Load;

/// <summary>The frames that a connection sends over and over, back to back in one array; the correlation id of each is its place.</summary>
sealed class FrameRing
{
    readonly byte[] bytes;
    readonly int[] starts;

    public FrameRing(IReadOnlyList<byte[]> frames)
    {
        starts = new int[frames.Count + 1];
        for (var i = 0; i < frames.Count; i++)
            starts[i + 1] = starts[i] + frames[i].Length;
        bytes = new byte[starts[^1]];
        for (var i = 0; i < frames.Count; i++)
        {
            frames[i].CopyTo(bytes, starts[i]);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(starts[i] + FrameReader.RequestCorrelationIdPosition), i);
        }
    }

    public int Count => starts.Length - 1;

    public ReadOnlySpan<byte> First => bytes.AsSpan(0, starts[1]);

    /// <summary>Sends <paramref name="count"/> frames from the given place on, around the end if need be; returns the place after them.</summary>
    public int Send(Socket socket, int first, int count)
    {
        while (count > 0)
        {
            var last = Math.Min(Count, first + count);
            socket.Send(bytes.AsSpan(starts[first]..starts[last]));
            count -= last - first;
            first = last % Count;
        }

        return first;
    }
}
