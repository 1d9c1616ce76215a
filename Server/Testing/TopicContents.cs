using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing;

/// <summary>Writes records to topics and reads them back, as a client would that sees committed records.</summary>
sealed class TopicContents(LocalClient client, TimeProvider time)
{
    const short ProduceVersion = 12;
    /// <summary>From version 11 on a leader may send a client to another node.</summary>
    const short FetchVersion = 10;
    const short MetadataVersion = 12;
    const short ListOffsetsVersion = 7;
    const short AllReplicas = -1;
    const long Earliest = -2;
    const sbyte ReadCommitted = 1;
    const int FetchBytes = 16 << 20;
    const int BatchBytes = 256 << 10;

    public async Task<IReadOnlyList<EmbeddedRecord>> ProduceAsync(IReadOnlyList<EmbeddedRecord> records)
    {
        await CreateMissingAsync(records).ConfigureAwait(false);
        var written = new EmbeddedRecord[records.Count];
        foreach (var partition in Enumerable.Range(0, records.Count).GroupBy(i => (records[i].Topic, records[i].Partition)))
        {
            var offsets = await AppendAsync(partition.Key.Topic, partition.Key.Partition, partition.Select(i => records[i])).ConfigureAwait(false);
            foreach (var (i, offset) in partition.Zip(offsets))
                written[i] = records[i] with { Offset = offset };
        }
        return written;
    }

    public async Task<IReadOnlyList<EmbeddedRecord>> ReadAsync(string topic, int partition, long? from = null)
    {
        List<EmbeddedRecord> records = [];
        var offset = from ?? await EarliestAsync(topic, partition).ConfigureAwait(false);
        while (true)
        {
            var data = await FetchAsync(topic, partition, offset).ConfigureAwait(false);
            // What was there when the offset was asked for may be deleted meanwhile.
            if (data.ErrorCode == ErrorCode.OffsetOutOfRange && await EarliestAsync(topic, partition).ConfigureAwait(false) is var earliest && earliest > offset)
            {
                offset = earliest;
                continue;
            }
            if (data.ErrorCode != ErrorCode.None)
                throw new InvalidOperationException($"{topic}-{partition} cannot be read: {data.ErrorCode}");
            offset = Take(data, new(topic, null, (byte[]?)null) { Partition = partition }, offset, records);
            if (offset >= data.LastStableOffset)
                return records;
        }
    }

    async Task CreateMissingAsync(IEnumerable<EmbeddedRecord> records)
    {
        var topics = records.Select(record => record.Topic).Distinct().Select(name => new MetadataRequest.MetadataRequestTopic { Name = name }).ToList();
        await client.SendAsync(new MetadataRequest { Topics = topics, AllowAutoTopicCreation = true }, MetadataVersion).ConfigureAwait(false);
    }

    /// <summary>Appends records in batches of a size that topics take, and says their offsets.</summary>
    async Task<List<long>> AppendAsync(string topic, int partition, IEnumerable<EmbeddedRecord> records)
    {
        List<long> offsets = [];
        var now = time.GetUtcNow();
        using var left = records.GetEnumerator();
        for (var hasMore = left.MoveNext(); hasMore;)
        {
            using var batch = new RecordBatchBuilder();
            for (; hasMore && batch.UncompressedSizeInBytes < BatchBytes; hasMore = left.MoveNext())
                batch.Append((left.Current.Timestamp ?? now).ToUnixTimeMilliseconds(), left.Current.Key, left.Current.Value, [.. left.Current.Headers.Select(header => new RecordHeader(header.Key, header.Value))]);
            var first = await AppendAsync(topic, partition, batch).ConfigureAwait(false);
            for (var i = 0; i < batch.RecordCount; i++)
                offsets.Add(first + i);
        }

        return offsets;
    }

    async Task<long> AppendAsync(string topic, int partition, RecordBatchBuilder batch)
    {
        var request = new ProduceRequest
        {
            Acks = AllReplicas,
            TopicData = [new() { Name = topic, PartitionData = [new() { Index = partition, Records = Records.View(batch.ToArray()) }] }],
        };
        var result = (await client.SendToLeaderAsync(request, ProduceVersion, topic, partition).ConfigureAwait(false)).Responses[0].PartitionResponses[0];
        if (result.ErrorCode == ErrorCode.None)
            return result.BaseOffset;
        throw new ArgumentException($"{topic}-{partition} does not take the records: {result.ErrorMessage ?? $"{result.ErrorCode}"}", nameof(batch));
    }

    async Task<long> EarliestAsync(string topic, int partition)
    {
        var request = new ListOffsetsRequest { Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition, Timestamp = Earliest }] }] };
        var found = (await client.SendToLeaderAsync(request, ListOffsetsVersion, topic, partition).ConfigureAwait(false)).Topics[0].Partitions[0];
        return found.ErrorCode == ErrorCode.None ? found.Offset : throw new InvalidOperationException($"{topic}-{partition} cannot be read: {found.ErrorCode}");
    }

    async Task<FetchResponse.PartitionData> FetchAsync(string topic, int partition, long offset)
    {
        var request = new FetchRequest
        {
            MaxBytes = FetchBytes,
            IsolationLevel = ReadCommitted,
            Topics = [new() { Topic = topic, Partitions = [new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = FetchBytes }] }],
        };
        return (await client.SendToLeaderAsync(request, FetchVersion, topic, partition).ConfigureAwait(false)).Responses[0].Partitions[0];
    }

    /// <summary>Takes what is committed, and answers the offset behind all that came.</summary>
    static long Take(FetchResponse.PartitionData data, EmbeddedRecord form, long offset, List<EmbeddedRecord> records)
    {
        var aborted = new AbortedTransactions(data.AbortedTransactions);
        var rest = data.Records!.Span;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            if (aborted.IsCommitted(batch))
                foreach (var record in batch.ReadRecords())
                    if (record.Offset >= offset)
                        records.Add(ToRecord(form, record));
            offset = batch.NextOffset;
        }
        data.Records.Release();
        // Nothing that a reader of committed records may have: an open transaction stands there.
        return rest.Length == data.Records.SizeInBytes ? data.LastStableOffset : offset;
    }

    static EmbeddedRecord ToRecord(EmbeddedRecord form, in Record record) => form with
    {
        Key = record.HasKey ? record.Key.ToArray() : null,
        Value = record.HasValue ? record.Value.ToArray() : null,
        Offset = record.Offset,
        Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(record.Timestamp),
        Headers = [.. record.Headers.ToArray().Select(header => KeyValuePair.Create(header.Key, header.Value))],
    };
}
