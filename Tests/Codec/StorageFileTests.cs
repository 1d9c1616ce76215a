using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Codec;

/// <summary>The schemas of files beside a log: each begins with its version.</summary>
public sealed class StorageFileTests
{
    const int VersionSize = sizeof(short);

    [Test]
    public void The_transaction_index_is_a_row_of_aborted_transactions()
    {
        const string Index = "tx-1/00000000000000000000.txnindex";
        var lines = KafkaSample.Files[Index].Chunk(VersionSize + 32).Select(entry =>
        {
            var version = new KafkaReader(entry).ReadInt16();
            var transaction = MessageEncoding.Decode<AbortedTxn>(entry.AsMemory(VersionSize), version);
            Assert.That(MessageEncoding.Encode(transaction, version), Is.EqualTo(entry[VersionSize..]));
            return $"version: {version} producerId: {transaction.ProducerId} firstOffset: {transaction.FirstOffset} lastOffset: {transaction.LastOffset} lastStableOffset: {transaction.LastStableOffset}";
        });

        Assert.That(lines, Is.EqualTo(DumpOf(Index)));
    }

    [Test]
    public void A_producer_snapshot_is_read_and_written()
    {
        const string Snapshot = "plain-1/00000000000000000065.snapshot";
        var bytes = KafkaSample.Files[Snapshot];
        var version = new KafkaReader(bytes).ReadInt16();
        var snapshot = MessageEncoding.Decode<ProducerSnapshot>(bytes.AsMemory(VersionSize), version);

        Assert.That(MessageEncoding.Encode(snapshot, version), Is.EqualTo(bytes[VersionSize..]));
        Assert.That(
            snapshot.ProducerEntries.Select(entry =>
                $"producerId: {entry.ProducerId} producerEpoch: {entry.Epoch} coordinatorEpoch: {entry.CoordinatorEpoch} "
                + $"currentTxnFirstOffset: {(entry.CurrentTxnFirstOffset < 0 ? "OptionalLong.empty" : entry.CurrentTxnFirstOffset)} "
                + $"lastTimestamp: {entry.Timestamp} firstSequence: {entry.LastSequence - entry.OffsetDelta} lastSequence: {entry.LastSequence} "
                + $"lastOffset: {entry.LastOffset} offsetDelta: {entry.OffsetDelta} timestamp: {entry.Timestamp}"),
            Is.EqualTo(DumpOf(Snapshot)));
    }

    static IEnumerable<string> DumpOf(string file) => KafkaSample.ReadLines("expected-dump.txt.gz")
        .SkipWhile(line => line != "Dumping " + file).Skip(1)
        .TakeWhile(line => !line.StartsWith("Dumping ", StringComparison.Ordinal));
}
