using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>The bytes of a producer snapshot: the version, a CRC-32C over what follows it, and an entry for each producer.</summary>
static class ProducerSnapshotFile
{
    const short Version = 1;
    const int CrcPosition = 2;
    const int EntriesPosition = 6;
    const long NoOffset = -1;

    public static byte[] Write(IReadOnlyCollection<ProducerStateEntry> entries)
    {
        var snapshot = new ProducerSnapshot { ProducerEntries = [.. entries.Select(ToSnapshot)] };
        byte[] bytes = [0, 0, .. MessageEncoding.Encode(snapshot, Version)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, Version);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcPosition), Crc32C.Compute(bytes.AsSpan(EntriesPosition)));
        return bytes;
    }

    /// <summary>False when the bytes are damaged, or of a version that is not known.</summary>
    public static bool TryRead(byte[] bytes, [NotNullWhen(true)] out List<ProducerStateEntry>? entries)
    {
        entries = null;
        if (bytes.Length < EntriesPosition || BinaryPrimitives.ReadInt16BigEndian(bytes) != Version)
            return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(CrcPosition)) != Crc32C.Compute(bytes.AsSpan(EntriesPosition)))
            return false;
        try
        {
            entries = MessageEncoding.Decode<ProducerSnapshot>(bytes.AsMemory(CrcPosition), Version).ProducerEntries.ConvertAll(FromSnapshot);
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }

    static ProducerSnapshot.ProducerEntry ToSnapshot(ProducerStateEntry entry) => new()
    {
        ProducerId = entry.ProducerId,
        Epoch = entry.ProducerEpoch,
        LastSequence = entry.LastSequence,
        LastOffset = entry.LastBatch?.LastOffset ?? NoOffset,
        OffsetDelta = entry.LastBatch?.OffsetDelta ?? 0,
        Timestamp = entry.LastTimestamp,
        CoordinatorEpoch = entry.CoordinatorEpoch,
        CurrentTxnFirstOffset = entry.CurrentTransactionFirstOffset ?? NoOffset,
    };

    static ProducerStateEntry FromSnapshot(ProducerSnapshot.ProducerEntry entry) => ProducerStateEntry.Restore(
        entry.ProducerId,
        entry.Epoch,
        entry.CoordinatorEpoch,
        entry.Timestamp,
        entry.CurrentTxnFirstOffset < 0 ? null : entry.CurrentTxnFirstOffset,
        entry.LastOffset < 0 ? null : new(entry.LastSequence, entry.LastOffset, entry.OffsetDelta, entry.Timestamp));
}
