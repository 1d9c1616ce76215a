using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support.Histories;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>A consumer that reads all, or what is committed: then it leaves out what the broker names as aborted, as clients do.</summary>
sealed class SimulatedReader(TransactionSimulation world, string name, bool isReadCommitted)
{
    const int MostBytes = 1 << 20;

    readonly Dictionary<TopicPartition, long> positions = [];

    public void Seek(TopicPartition partition, long offset)
    {
        world.History.Seek(name, partition);
        positions[partition] = offset;
    }

    /// <summary>Fetches at least one batch, where there is one; answers whether there was.</summary>
    public bool Poll(TopicPartition partition, int maxBytes = MostBytes)
    {
        var from = positions.GetValueOrDefault(partition);
        var request = new FetchRequest
        {
            MaxBytes = MostBytes,
            IsolationLevel = (sbyte)(isReadCommitted ? 1 : 0),
            Topics = [new() { Topic = partition.Topic, Partitions = [new() { Partition = partition.Partition, FetchOffset = from, PartitionMaxBytes = maxBytes }] }],
        };
        if (world.Ask(request, 12)?.Responses.Single().Partitions.Single() is not { } fetched || world.IsFailure(fetched.ErrorCode))
            return false;
        Assert.That(fetched.ErrorCode, Is.EqualTo(ErrorCode.None), $"{name} reads {partition} at {from}");
        List<HistoryRecord> records = [];
        var (next, first) = Consume(fetched, from, records);
        world.History.Fetch(partition, from, isReadCommitted ? fetched.LastStableOffset : fetched.HighWatermark, first, fetched.Records is null);
        world.History.Poll(name, partition, isReadCommitted, from, next, records);
        positions[partition] = next;
        return first is not null;
    }

    public void PollToEnd(TopicPartition partition)
    {
        while (Poll(partition))
        {
        }
    }

    (long Next, FetchedBatch? First) Consume(FetchResponse.PartitionData fetched, long from, List<HistoryRecord> records)
    {
        var upcoming = new Queue<FetchResponse.AbortedTransaction>((fetched.AbortedTransactions ?? []).OrderBy(transaction => transaction.FirstOffset));
        var aborting = new HashSet<long>();
        var rest = fetched.Records is null ? default : fetched.Records.Span;
        var next = from;
        FetchedBatch? first = null;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            first ??= new(batch.BaseOffset, batch.LastOffset);
            while (upcoming.TryPeek(out var transaction) && transaction.FirstOffset <= batch.LastOffset)
                aborting.Add(upcoming.Dequeue().ProducerId);
            if (batch.IsControl)
                aborting.Remove(batch.ProducerId);
            else if (!isReadCommitted || !batch.IsTransactional || !aborting.Contains(batch.ProducerId))
                Take(batch, from, records);
            next = batch.NextOffset;
        }

        return (next, first);
    }

    static void Take(RecordBatch batch, long from, List<HistoryRecord> records)
    {
        foreach (var record in batch.ReadRecords())
        {
            if (record.Offset >= from)
                records.Add(new(record.Offset, Encoding.UTF8.GetString(record.Value)));
        }
    }
}
