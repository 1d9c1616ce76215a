using System.Globalization;
using System.Text;

namespace NettyKafka.Server.Storage;

/// <summary>Kafka's checkpoint text: the version 0, the number of entries, one entry a line.</summary>
static class Checkpoint
{
    const char Version = '0';

    /// <exception cref="InvalidDataException">The text is no checkpoint.</exception>
    public static List<T> Read<T>(ReadOnlySpan<byte> content, string path, Func<string[], T?> parse)
        where T : struct
    {
        // Kafka creates the file before it has anything to say.
        if (content.IsEmpty)
            return [];
        var lines = Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length < 2 || lines[0] is not [Version] || !int.TryParse(lines[1], CultureInfo.InvariantCulture, out var count) || count != lines.Length - 2)
            throw new InvalidDataException($"{path} is no checkpoint of version {Version}");
        var entries = new List<T>(count);
        foreach (var line in lines.AsSpan(2))
            entries.Add(parse(line.Split(' ')) ?? throw new InvalidDataException($"{path} has a malformed line: {line}"));
        return entries;
    }

    public static byte[] Write<T>(IReadOnlyCollection<T> entries, Func<T, string> format)
    {
        var text = new StringBuilder().Append(Version).Append('\n').Append(CultureInfo.InvariantCulture, $"{entries.Count}\n");
        foreach (var entry in entries)
            text.Append(format(entry)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
