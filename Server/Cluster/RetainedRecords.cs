using System.Collections.Immutable;
using System.Globalization;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// The records whose meaning nothing here uses, byte for byte and in the order of the log. Of those that are known, only what still counts is kept; of the others all.
/// It is never changed: replaying a record answers the next one.
/// </summary>
public sealed class RetainedRecords
{
    public static readonly RetainedRecords Empty = new(ImmutableDictionary<Key, Entry>.Empty, 0);

    readonly ImmutableDictionary<Key, Entry> entries;
    readonly long nextArrival;

    RetainedRecords(ImmutableDictionary<Key, Entry> entries, long nextArrival) => (this.entries, this.nextArrival) = (entries, nextArrival);

    /// <summary>What has to be replayed to come to the same state.</summary>
    public IEnumerable<MetadataRecord> All => entries.Values.OrderBy(entry => entry.Arrival).SelectMany(entry => entry.Records);

    /// <summary>The registration of a broker, or null when there is none.</summary>
    public RegisterBrokerRecord? FindBroker(int id) =>
        entries.TryGetValue(Key.Broker(id), out var entry) && entry.Records[0] is { Type: RegisterBrokerRecord.RecordType } record && Knows<RegisterBrokerRecord>(record)
            ? record.Decode<RegisterBrokerRecord>()
            : null;

    public bool HasController(int id) => entries.ContainsKey(Key.Controller(id));

    public RetainedRecords Replay(in MetadataRecord record) => record.Type switch
    {
        RegisterBrokerRecord.RecordType when Knows<RegisterBrokerRecord>(record) => Put(Key.Broker(record.Decode<RegisterBrokerRecord>().BrokerId), record),
        BrokerRegistrationChangeRecord.RecordType when Knows<BrokerRegistrationChangeRecord>(record) => Add(Key.Broker(record.Decode<BrokerRegistrationChangeRecord>().BrokerId), record),
        FenceBrokerRecord.RecordType when Knows<FenceBrokerRecord>(record) => Add(Key.Broker(record.Decode<FenceBrokerRecord>().Id), record),
        UnfenceBrokerRecord.RecordType when Knows<UnfenceBrokerRecord>(record) => Add(Key.Broker(record.Decode<UnfenceBrokerRecord>().Id), record),
        UnregisterBrokerRecord.RecordType when Knows<UnregisterBrokerRecord>(record) => Remove(Key.Broker(record.Decode<UnregisterBrokerRecord>().BrokerId)),
        RegisterControllerRecord.RecordType when Knows<RegisterControllerRecord>(record) => Put(Key.Controller(record.Decode<RegisterControllerRecord>().ControllerId), record),
        UnregisterControllerRecord.RecordType when Knows<UnregisterControllerRecord>(record) => Remove(Key.Controller(record.Decode<UnregisterControllerRecord>().ControllerId)),
        ZkMigrationStateRecord.RecordType when Knows<ZkMigrationStateRecord>(record) => Put(new(record.Type, ""), record),
        _ => Put(new(record.Type, $"#{nextArrival.ToString(CultureInfo.InvariantCulture)}"), record),
    };

    /// <summary>A newer version may say more than is known here: then it is kept as a record of an unknown type is.</summary>
    static bool Knows<T>(in MetadataRecord record)
        where T : IMessage<T> => record.Version >= T.Versions.Min && record.Version <= T.Versions.Max;

    /// <summary>Keeps a record in place of what was said before of the same thing.</summary>
    RetainedRecords Put(Key key, in MetadataRecord record) => new(entries.SetItem(key, new(nextArrival, [record])), nextArrival + 1);

    /// <summary>Keeps a record behind what was said before of the same thing.</summary>
    RetainedRecords Add(Key key, in MetadataRecord record) =>
        entries.TryGetValue(key, out var before) ? new(entries.SetItem(key, before with { Records = before.Records.Add(record) }), nextArrival) : Put(key, record);

    RetainedRecords Remove(Key key) => new(entries.Remove(key), nextArrival);

    /// <summary>What a record is about: the type that tells of it first, and its name.</summary>
    readonly record struct Key(short Type, string Name)
    {
        public static Key Broker(int id) => new(RegisterBrokerRecord.RecordType, id.ToString(CultureInfo.InvariantCulture));

        public static Key Controller(int id) => new(RegisterControllerRecord.RecordType, id.ToString(CultureInfo.InvariantCulture));
    }

    readonly record struct Entry(long Arrival, ImmutableArray<MetadataRecord> Records);
}
