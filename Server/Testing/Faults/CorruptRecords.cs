using System.Buffers.Binary;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>Spoils the CRC of records on their way out, in a copy: what was read may be the log itself.</summary>
static class CorruptRecords
{
    const int SizeAt = 8;
    const int SizeEnd = 12;

    /// <summary>A copy in which the last byte of the first batch is another; null without a whole batch. Takes over the records if it answers a copy.</summary>
    public static Records? Corrupt(Records records)
    {
        if (records.SizeInBytes <= SizeEnd)
            return null;
        var end = SizeEnd + (long)BinaryPrimitives.ReadInt32BigEndian(records.Span[SizeAt..]);
        if (end <= SizeEnd || end > records.SizeInBytes)
            return null;
        var copy = records.Span.ToArray();
        copy[end - 1] ^= 0xff;
        records.Release();
        return Records.View(copy);
    }
}
