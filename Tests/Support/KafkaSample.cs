using System.Formats.Tar;
using System.IO.Compression;

namespace NettyKafka.Tests.Support;

/// <summary>A data directory that Kafka 4.2.0 wrote and stopped cleanly, and what Kafka's own tools say of it.</summary>
static class KafkaSample
{
    static readonly Lazy<IReadOnlyDictionary<string, byte[]>> AllFiles = new(Unpack);

    /// <summary>The bytes of its files, by their path in the data directory.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files => AllFiles.Value;

    public static IReadOnlyList<string> ReadLines(string name)
    {
        using var lines = new StreamReader(Open(name));
        return lines.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    static Dictionary<string, byte[]> Unpack()
    {
        var files = new Dictionary<string, byte[]>();
        using var tar = new TarReader(Open("kafka-4.2-clean.tar.gz"));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                continue;
            using var bytes = new MemoryStream();
            entry.DataStream?.CopyTo(bytes);
            files[entry.Name["data/".Length..]] = bytes.ToArray();
        }

        return files;
    }

    static GZipStream Open(string name) =>
        new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden/Samples", name)), CompressionMode.Decompress);
}
