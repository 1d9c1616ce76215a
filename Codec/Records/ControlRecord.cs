using System.Buffers.Binary;

namespace NettyKafka.Codec.Records;

/// <summary>The keys of control records, which name their type, and the end-of-transaction markers among them.</summary>
public static class ControlRecord
{
    const short KeyVersion = 0;
    const int KeySize = 4;
    const short MarkerVersion = 0;
    const int MarkerSize = 6;

    public static byte[] Key(ControlRecordType type)
    {
        ArgumentOutOfRangeException.ThrowIfNegative((short)type, nameof(type));
        var key = new byte[KeySize];
        BinaryPrimitives.WriteInt16BigEndian(key, KeyVersion);
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(sizeof(short)), (short)type);
        return key;
    }

    /// <summary>Reads the type off a key; keys of newer versions may be longer. False when it is no control record's key.</summary>
    public static bool TryReadType(ReadOnlySpan<byte> key, out ControlRecordType type)
    {
        type = ControlRecordType.Unknown;
        if (key.Length < KeySize || BinaryPrimitives.ReadInt16BigEndian(key) < 0)
            return false;
        var id = BinaryPrimitives.ReadInt16BigEndian(key[sizeof(short)..]);
        if (id is >= (short)ControlRecordType.Abort and <= (short)ControlRecordType.KRaftVoters)
            type = (ControlRecordType)id;
        return true;
    }

    /// <summary>Reads the coordinator's epoch off a marker's value; newer versions may be longer. False when it is no marker's value.</summary>
    public static bool TryReadCoordinatorEpoch(ReadOnlySpan<byte> value, out int coordinatorEpoch)
    {
        coordinatorEpoch = -1;
        if (value.Length < MarkerSize || BinaryPrimitives.ReadInt16BigEndian(value) < 0)
            return false;
        coordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(value[sizeof(short)..]);
        return true;
    }

    public static byte[] EndTransactionMarker(int coordinatorEpoch)
    {
        var value = new byte[MarkerSize];
        BinaryPrimitives.WriteInt16BigEndian(value, MarkerVersion);
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(sizeof(short)), coordinatorEpoch);
        return value;
    }
}
