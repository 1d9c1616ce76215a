using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage;

/// <summary>The bytes of a producer snapshot: version 1, a CRC-32C over what follows it, and an entry for each producer.</summary>
static class ProducerSnapshotFile
{
    const short Version = 1;
    const int CrcPosition = 2;
    const int EntriesPosition = 6;
    const int HeaderSize = 10;
    const int EntrySize = 42;
    const long NoOffset = -1;

    public static byte[] Write(IReadOnlyCollection<ProducerStateEntry> entries)
    {
        var bytes = new byte[HeaderSize + (entries.Count * EntrySize)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(EntriesPosition), entries.Count);
        var rest = bytes.AsSpan(HeaderSize);
        foreach (var entry in entries)
        {
            Write(entry, rest);
            rest = rest[EntrySize..];
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcPosition), Crc32C.Compute(bytes.AsSpan(EntriesPosition)));
        return bytes;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out List<ProducerStateEntry>? entries)
    {
        entries = null;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadInt16BigEndian(bytes) != Version)
            return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcPosition..]) != Crc32C.Compute(bytes[EntriesPosition..]))
            return false;
        if ((bytes.Length - HeaderSize) % EntrySize != 0 || BinaryPrimitives.ReadInt32BigEndian(bytes[EntriesPosition..]) != (bytes.Length - HeaderSize) / EntrySize)
            return false;
        entries = [];
        for (var rest = bytes[HeaderSize..]; rest.Length > 0; rest = rest[EntrySize..])
            entries.Add(Read(rest));
        return true;
    }

    static void Write(ProducerStateEntry entry, Span<byte> target)
    {
        var last = entry.LastBatch;
        BinaryPrimitives.WriteInt64BigEndian(target, entry.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(target[8..], entry.ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(target[10..], last?.LastSequence ?? RecordBatch.NoSequence);
        BinaryPrimitives.WriteInt64BigEndian(target[14..], last?.LastOffset ?? NoOffset);
        BinaryPrimitives.WriteInt32BigEndian(target[22..], last?.OffsetDelta ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(target[26..], entry.LastTimestamp);
        BinaryPrimitives.WriteInt32BigEndian(target[34..], entry.CoordinatorEpoch);
        BinaryPrimitives.WriteInt64BigEndian(target[38..], entry.CurrentTransactionFirstOffset ?? NoOffset);
    }

    static ProducerStateEntry Read(ReadOnlySpan<byte> source)
    {
        var lastOffset = BinaryPrimitives.ReadInt64BigEndian(source[14..]);
        var timestamp = BinaryPrimitives.ReadInt64BigEndian(source[26..]);
        var transactionFirstOffset = BinaryPrimitives.ReadInt64BigEndian(source[38..]);
        return ProducerStateEntry.Restore(
            BinaryPrimitives.ReadInt64BigEndian(source),
            BinaryPrimitives.ReadInt16BigEndian(source[8..]),
            BinaryPrimitives.ReadInt32BigEndian(source[34..]),
            timestamp,
            transactionFirstOffset < 0 ? null : transactionFirstOffset,
            lastOffset < 0 ? null : new(BinaryPrimitives.ReadInt32BigEndian(source[10..]), lastOffset, BinaryPrimitives.ReadInt32BigEndian(source[22..]), timestamp));
    }
}
