using System.IO.Compression;
using System.Text.Json;
using NettyKafka.Codec.Records;

namespace NettyKafka.Tests.Codec;

/// <summary>A record batch or message set as the reference implementation encodes it, and what is in it.</summary>
public sealed record RecordBatchVector(string Case, byte Magic, string Codec, TimestampType TimestampType, byte[] Bytes, RecordBatchVector.Batch[] Batches)
{
    public static readonly IReadOnlyList<RecordBatchVector> All = Load();

    public static IEnumerable<RecordBatchVector> OfMagic(params byte[] magics) => All.Where(vector => magics.Contains(vector.Magic));

    public override string ToString() => $"{Case}, magic {Magic}, {Codec}, {TimestampType}";

    static List<RecordBatchVector> Load()
    {
        using var file = File.OpenRead(Path.Combine(TestContext.CurrentContext.TestDirectory, "Codec/Golden/record-batches.tsv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        var vectors = new List<RecordBatchVector>();
        while (reader.ReadLine()?.Split('\t') is { } columns)
        {
            vectors.Add(new(columns[0], byte.Parse(columns[1]), columns[2], Enum.Parse<TimestampType>(columns[3]), Convert.FromHexString(columns[4]),
                JsonSerializer.Deserialize<Batch[]>(columns[5], options)!));
        }

        return vectors;
    }

    public sealed record Batch(long BaseOffset, long LastOffset, long MaxTimestamp, long ProducerId, short ProducerEpoch, int BaseSequence, bool Transactional, bool Control,
        int PartitionLeaderEpoch, int SizeInBytes, ExpectedRecord[] Records);

    public sealed record ExpectedRecord(long Offset, long Timestamp, string? Key, string? Value, string?[][] Headers)
    {
        public override string ToString() => Describe(Offset, Timestamp, Key, Value, Headers.Select(header => $"{header[0]}={header[1] ?? "null"}"));
    }

    /// <summary>A record in the words that an expected one describes itself with.</summary>
    public static string Describe(in Record record)
    {
        var headers = record.Headers.ToArray().Select(header => $"{header.Key}={Hex(header.Value) ?? "null"}");
        return Describe(record.Offset, record.Timestamp, record.HasKey ? Hex(record.Key.ToArray()) : null, record.HasValue ? Hex(record.Value.ToArray()) : null, headers);
    }

    static string Describe(long offset, long timestamp, string? key, string? value, IEnumerable<string> headers) =>
        $"{offset} at {timestamp}: {key ?? "null"} -> {value ?? "null"} [{string.Join(", ", headers)}]";

    static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);
}
