using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace NettyKafka.Tests.Codec;

/// <summary>A message as the reference implementation encodes it, and the value it encoded.</summary>
sealed record MessageVector(string Name, short Version, byte[] Bytes, JsonElement Value)
{
    static readonly Lazy<ILookup<string, MessageVector>> Vectors = new(Load);

    public static ILookup<string, MessageVector> ByName => Vectors.Value;

    /// <summary>The vectors of all messages that we have.</summary>
    public static IEnumerable<(MessageType Type, MessageVector Vector)> Known =>
        MessageType.All.SelectMany(type => ByName[type.Name].Select(vector => (type, vector)));

    public override string ToString() => $"{Name} v{Version} {Convert.ToHexStringLower(Bytes)}";

    static ILookup<string, MessageVector> Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Codec/Golden/messages.tsv.gz"));
        using var lines = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        return lines.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToLookup(vector => vector.Name);
    }

    static MessageVector Parse(string line)
    {
        var columns = line.Split('\t');
        using var value = JsonDocument.Parse(columns[3]);
        return new(columns[0], short.Parse(columns[1], CultureInfo.InvariantCulture), Convert.FromHexString(columns[2]), value.RootElement.Clone());
    }
}
