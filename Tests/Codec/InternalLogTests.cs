using System.Buffers.Binary;
using System.Text.Json;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Codec;

/// <summary>The logs of Kafka's internal topics, record by record: every field as Kafka's dump tool shows it, and the same bytes when written again.</summary>
public sealed class InternalLogTests
{
    const string MetadataLog = "__cluster_metadata-0/00000000000000000000.log";

    public static IEnumerable<string> CoordinatorLogs => DumpedRecord.ByLog.Keys.Where(log => log != MetadataLog);

    [Test]
    public void Every_internal_log_that_has_records_is_among_the_dumped()
    {
        var logs = KafkaSample.Files.Where(file => file.Key.StartsWith("__", StringComparison.Ordinal) && file.Key.EndsWith(".log", StringComparison.Ordinal) && file.Value.Length > 0);

        Assert.That(DumpedRecord.ByLog.Keys, Is.EquivalentTo(logs.Select(log => log.Key)));
        Assert.That(DumpedRecord.ByLog.Sum(log => log.Value.Count), Is.EqualTo(528));
    }

    [Test]
    public void Metadata_records_are_read_and_written()
    {
        foreach (var (record, dumped) in Records(MetadataLog))
        {
            if (dumped.ControlType is { } type)
                CheckControlRecord(record, type, dumped.Value!.Value);
            else
                CheckMetadata(record, dumped.Value!.Value);
        }
    }

    [TestCaseSource(nameof(CoordinatorLogs))]
    public void Coordinator_records_are_read_and_written(string log)
    {
        foreach (var (record, dumped) in Records(log))
        {
            var type = BinaryPrimitives.ReadInt16BigEndian(record.Key);
            Assert.That(dumped.Key!.Value.GetProperty("type").GetString(), Is.EqualTo($"{type}"));
            Check(Find(log, type, "Key"), 0, record.Key!.AsMemory(sizeof(short)), dumped.Key.Value.GetProperty("data"));

            Assert.That(record.Value is null, Is.EqualTo(dumped.Value is null));
            if (dumped.Value is not { } value)
                continue;
            var version = BinaryPrimitives.ReadInt16BigEndian(record.Value);
            Assert.That(value.GetProperty("version").GetString(), Is.EqualTo($"{version}"));
            Check(Find(log, type, "Value"), version, record.Value!.AsMemory(sizeof(short)), value.GetProperty("data"));
        }
    }

    static void CheckControlRecord((byte[]? Key, byte[]? Value) record, string dumpedType, JsonElement expected)
    {
        Assert.That(ControlRecord.TryReadType(record.Key, out var type), Is.True);
        Assert.That(type.ToString(), Is.EqualTo(dumpedType));
        var message = type switch
        {
            ControlRecordType.LeaderChange => nameof(LeaderChangeMessage),
            ControlRecordType.KRaftVersion => nameof(KRaftVersionRecord),
            ControlRecordType.KRaftVoters => nameof(VotersRecord),
            _ => throw new NotSupportedException($"no test for {type}"),
        };
        Check(MessageType.Find(message)!, BinaryPrimitives.ReadInt16BigEndian(record.Value), record.Value, expected);
    }

    static void CheckMetadata((byte[]? Key, byte[]? Value) record, JsonElement expected)
    {
        var reader = new KafkaReader(record.Value);
        var frameVersion = reader.ReadUnsignedVarInt();
        var type = reader.ReadUnsignedVarInt();
        var version = reader.ReadUnsignedVarInt();
        var name = expected.GetProperty("type").GetString()!.Replace("_", "", StringComparison.Ordinal);
        var message = MessageType.All.Single(message => message.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

        Assert.That(frameVersion, Is.EqualTo(1));
        Assert.That(type, Is.EqualTo(message.RecordType));
        Assert.That(version, Is.EqualTo(expected.GetProperty("version").GetInt32()));
        Check(message, (short)version, record.Value.AsMemory(reader.Position), expected.GetProperty("data"));
    }

    static void Check(MessageType type, short version, Memory<byte> bytes, JsonElement expected)
    {
        var message = type.Read(bytes, version);

        Assert.That(MessageJson.Compare(message, expected, Embedded), Is.Empty);
        Assert.That(type.Write(message, version), Is.EqualTo(bytes.ToArray()), type.Name);
    }

    /// <summary>What members of classic groups say of themselves is shown as the consumer protocol's message: its version, then its fields.</summary>
    static object Embedded(string field, byte[] bytes)
    {
        var type = MessageType.Find(field == "subscription" ? nameof(ConsumerProtocolSubscription) : nameof(ConsumerProtocolAssignment))!;
        return type.Read(bytes.AsMemory(sizeof(short)), BinaryPrimitives.ReadInt16BigEndian(bytes));
    }

    static MessageType Find(string log, short recordType, string suffix)
    {
        var ofTransactions = log.StartsWith("__transaction_state", StringComparison.Ordinal);
        return MessageType.All.Single(type =>
            type.RecordType == recordType
            && type.Name.EndsWith(suffix, StringComparison.Ordinal)
            && !type.Name.StartsWith("Share", StringComparison.Ordinal)
            && type.Name.StartsWith("TransactionLog", StringComparison.Ordinal) == ofTransactions);
    }

    static List<((byte[]? Key, byte[]? Value) Record, DumpedRecord Dumped)> Records(string log)
    {
        var records = new List<((byte[]?, byte[]?), DumpedRecord)>();
        var dumped = new Queue<DumpedRecord>(DumpedRecord.ByLog[log]);
        Span<byte> bytes = KafkaSample.Files[log].ToArray();
        while (RecordBatch.TryTakeFirst(ref bytes, out var batch))
        {
            foreach (var record in batch.ReadRecords())
            {
                Assert.That(record.Offset, Is.EqualTo(dumped.Peek().Offset));
                records.Add(((record.HasKey ? record.Key.ToArray() : null, record.HasValue ? record.Value.ToArray() : null), dumped.Dequeue()));
            }
        }

        Assert.That((bytes.Length, dumped.Count), Is.EqualTo((0, 0)));
        return records;
    }
}
