using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NettyKafka.Codec.Records;

namespace NettyKafka.Tests.Support;

/// <summary>Records as a consumer shows them, in the same words whether Kafka's consumer or our log has them.</summary>
static class SampleRecords
{
    const int InlineValueBytes = 400;

    /// <summary>What Kafka's own consumer has read of the sample directories, a line for each isolation level and partition.</summary>
    public static List<SamplePartition> Expected()
    {
        List<SamplePartition> expected = [];
        foreach (var line in KafkaSample.ReadLines("expected.jsonl.gz"))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("isolation", out var isolation))
                expected.Add(Partition(json.RootElement, isolation.GetString() == "read_committed"));
        }

        return expected;
    }

    /// <summary>Consumes what was fetched from an offset: no control batch, and of aborted transactions nothing. Returns the next offset to fetch.</summary>
    public static long Consume(Span<byte> fetched, IEnumerable<(long ProducerId, long FirstOffset)> aborted, long offset, List<string> records)
    {
        var upcoming = new Queue<(long ProducerId, long FirstOffset)>(aborted.OrderBy(transaction => transaction.FirstOffset));
        var aborting = new HashSet<long>();
        var from = offset;
        while (RecordBatch.TryTakeFirst(ref fetched, out var batch))
        {
            while (upcoming.TryPeek(out var next) && next.FirstOffset <= batch.LastOffset)
                aborting.Add(upcoming.Dequeue().ProducerId);
            if (batch.IsControl)
                aborting.Remove(batch.ProducerId);
            else if (!batch.IsTransactional || !aborting.Contains(batch.ProducerId))
                AddRecords(batch, from, records);
            offset = batch.NextOffset;
        }

        return offset;
    }

    static void AddRecords(RecordBatch batch, long from, List<string> records)
    {
        foreach (var record in batch.ReadRecords())
        {
            if (record.Offset < from)
                continue;
            var headers = new List<string>();
            foreach (var header in record.Headers)
                headers.Add($"{Encoding.UTF8.GetString(header.Key)}={(header.HasValue ? Encoding.UTF8.GetString(header.Value) : "null")}");
            records.Add($"{record.Offset} {record.Timestamp} {(record.HasKey ? Shown(record.Key) : "null")} {(record.HasValue ? Shown(record.Value) : "null")} [{string.Join(",", headers)}]");
        }
    }

    static string Shown(ReadOnlySpan<byte> bytes) => bytes.Length < InlineValueBytes ? Encoding.UTF8.GetString(bytes) : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    static SamplePartition Partition(JsonElement partition, bool isCommitted) => new(
        isCommitted,
        partition.GetProperty("topic").GetString()!,
        partition.GetProperty("partition").GetInt32(),
        partition.GetProperty("logStartOffset").GetInt64(),
        partition.GetProperty("end").GetInt64(),
        [.. partition.GetProperty("records").EnumerateArray().Select(Text)]);

    static string Text(JsonElement record)
    {
        var headers = record[4].EnumerateArray().Select(header => $"{header[0].GetString()}={header[1].GetString() ?? "null"}");
        return $"{record[0].GetInt64()} {record[1].GetInt64()} {record[2].GetString() ?? "null"} {record[3].GetString() ?? "null"} [{string.Join(",", headers)}]";
    }
}

/// <summary>A partition as a consumer of one isolation level sees it.</summary>
sealed record SamplePartition(bool IsCommitted, string Topic, int Partition, long LogStartOffset, long End, List<string> Records);
