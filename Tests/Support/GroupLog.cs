using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support;

/// <summary>What a group has written to <c>__consumer_offsets</c>.</summary>
static class GroupLog
{
    const string Topic = "__consumer_offsets";

    /// <summary>Every record of the partition that keeps a group.</summary>
    public static List<CoordinatorRecord> RecordsOf(this TestBroker broker, string groupId)
    {
        var partition = PartitionOf(broker, groupId);
        var read = partition.ReadAsync(partition.Bounds.LogStartOffset, 1 << 24, FetchIsolation.LogEnd, minOneBatch: true);
        Assert.That(read.IsCompleted, "memory files are read at once");
#pragma warning disable VSTHRD002 // It is complete.
        var records = read.AsTask().Result;
#pragma warning restore VSTHRD002
        Assert.That(records.Error, Is.EqualTo(ErrorCode.None));
        List<CoordinatorRecord> found = [];
        var rest = records.Records.Span;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            foreach (var record in batch.ReadRecords())
                found.Add(new(record.Key.ToArray(), record.HasValue ? record.Value.ToArray() : null));
        }

        records.Records.Release();
        return found;
    }

    /// <summary>The types of the records, a tombstone's behind a minus.</summary>
    public static string TypesOf(this TestBroker broker, string groupId, int from = 0) =>
        string.Join(' ', broker.RecordsOf(groupId).Skip(from).Select(record => record.IsTombstone ? $"-{record.Type}" : $"{record.Type}"));

    public static long RecordCount(this TestBroker broker, string groupId) => PartitionOf(broker, groupId).Bounds.LogEndOffset;

    static Partition PartitionOf(TestBroker broker, string groupId)
    {
        var count = broker.Broker.Cluster.Image.FindTopic(Topic)!.Partitions.Count;
        return broker.Partitions.Find(new(Topic, CoordinatorKey.PartitionFor(groupId, count)))!;
    }
}
