using DotNetty.Buffers;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>One record of the metadata log: frame version, type and version as unsigned varints, then the message.</summary>
public readonly record struct MetadataRecord(short Type, short Version, Memory<byte> Message)
{
    const uint FrameVersion = 1;

    public static MetadataRecord Of(TopicRecord record) => Of(TopicRecord.RecordType, record, 0);

    public static MetadataRecord Of(PartitionRecord record, short metadataVersion) =>
        Of(PartitionRecord.RecordType, record, Features.PartitionRecordVersion(metadataVersion));

    public static MetadataRecord Of(PartitionChangeRecord record, short metadataVersion) =>
        Of(PartitionChangeRecord.RecordType, record, Features.PartitionChangeRecordVersion(metadataVersion));

    public static MetadataRecord Of(RemoveTopicRecord record) => Of(RemoveTopicRecord.RecordType, record, 0);

    public static MetadataRecord Of(ConfigRecord record) => Of(ConfigRecord.RecordType, record, 0);

    public static MetadataRecord Of(FeatureLevelRecord record) => Of(FeatureLevelRecord.RecordType, record, 0);

    public static MetadataRecord Of(ClientQuotaRecord record) => Of(ClientQuotaRecord.RecordType, record, 0);

    public static MetadataRecord Of(ProducerIdsRecord record) => Of(ProducerIdsRecord.RecordType, record, 0);

    public static MetadataRecord Of(AccessControlEntryRecord record) => Of(AccessControlEntryRecord.RecordType, record, 0);

    public static MetadataRecord Of(RemoveAccessControlEntryRecord record) => Of(RemoveAccessControlEntryRecord.RecordType, record, 0);

    public static MetadataRecord Of(UnregisterBrokerRecord record) => Of(UnregisterBrokerRecord.RecordType, record, 0);

    public static MetadataRecord Of(UserScramCredentialRecord record) => Of(UserScramCredentialRecord.RecordType, record, 0);

    public static MetadataRecord Of(RemoveUserScramCredentialRecord record) => Of(RemoveUserScramCredentialRecord.RecordType, record, 0);

    public static MetadataRecord Of(DelegationTokenRecord record) => Of(DelegationTokenRecord.RecordType, record, 0);

    public static MetadataRecord Of(RemoveDelegationTokenRecord record) => Of(RemoveDelegationTokenRecord.RecordType, record, 0);

    public static MetadataRecord Of(AbortTransactionRecord record) => Of(AbortTransactionRecord.RecordType, record, 0);

    public static MetadataRecord Of(RegisterBrokerRecord record, short metadataVersion) =>
        Of(RegisterBrokerRecord.RecordType, record, Features.RegisterBrokerRecordVersion(metadataVersion));

    public static MetadataRecord Of(BrokerRegistrationChangeRecord record, short metadataVersion) =>
        Of(BrokerRegistrationChangeRecord.RecordType, record, Features.BrokerRegistrationChangeRecordVersion(metadataVersion));

    /// <summary>Reads the value of a record of the log; false where it is not framed as metadata.</summary>
    public static bool TryParse(Memory<byte> value, out MetadataRecord record)
    {
        record = default;
        var reader = new KafkaReader(value);
        if (reader.ReadUnsignedVarInt() != FrameVersion)
            return false;
        var type = (short)reader.ReadUnsignedVarInt();
        var version = (short)reader.ReadUnsignedVarInt();
        record = new(type, version, value[reader.Position..]);
        return true;
    }

    public byte[] ToValue()
    {
        var buffer = Unpooled.Buffer(Message.Length + (3 * VarInt.MaxIntSize));
        var writer = new KafkaWriter(buffer);
        writer.WriteUnsignedVarInt(FrameVersion);
        writer.WriteUnsignedVarInt((uint)Type);
        writer.WriteUnsignedVarInt((uint)Version);
        writer.WriteRaw(Message.Span);
        writer.Complete();
        return buffer.Array.AsSpan(buffer.ArrayOffset, buffer.ReadableBytes).ToArray();
    }

    /// <summary>Whether it is of a version that is known here; a newer one may say more.</summary>
    public bool Is<T>()
        where T : IMessage<T> => Version >= T.Versions.Min && Version <= T.Versions.Max;

    public T Decode<T>()
        where T : IMessage<T> => MessageEncoding.Decode<T>(Message, Version);

    static MetadataRecord Of<T>(short type, T record, short version)
        where T : IMessage<T> => new(type, version, MessageEncoding.Encode(record, version));
}
