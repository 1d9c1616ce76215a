using System.Globalization;
using System.Text;

namespace NettyKafka.Server.Config;

/// <summary>Reads Java's .properties syntax: comments, escapes, continued lines, and =, : or a space between key and value.</summary>
public static class PropertiesFile
{
    /// <summary>The properties of a file; one that cannot be read ends the start with a line that says why.</summary>
    public static Dictionary<string, string> Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException($"{path}: the file does not exist");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigException($"{path}: the file cannot be read ({e.Message})");
        }
    }

    /// <summary>The properties in <paramref name="text"/>; of a key that is there twice the last one counts.</summary>
    public static Dictionary<string, string> Parse(string text, string path)
    {
        Dictionary<string, string> properties = [];
        foreach (var (line, number) in LogicalLines(text))
        {
            var (key, value) = Split(line);
            if (Unescape(key) is not { } plainKey || Unescape(value) is not { } plainValue)
                throw new ConfigException($"{path}: four hexadecimal digits are expected after \\u in line {number}");
            properties[plainKey] = plainValue;
        }
        return properties;
    }

    /// <summary>Lines without comments and blank ones; a backslash at the end joins the next line.</summary>
    static IEnumerable<(string Line, int Number)> LogicalLines(string text)
    {
        var joined = new StringBuilder();
        var (number, start) = (0, 0);
        foreach (var natural in text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r'))
        {
            number++;
            var line = natural.TrimStart(' ', '\t', '\f');
            if (start == 0 && (line.Length == 0 || line[0] is '#' or '!'))
                continue;
            if (start == 0)
                start = number;
            var isContinued = EndsWithOddBackslashes(line);
            joined.Append(isContinued ? line[..^1] : line);
            if (isContinued)
                continue;
            yield return (joined.ToString(), start);
            joined.Clear();
            start = 0;
        }
        if (joined.Length > 0)
            yield return (joined.ToString(), start);
    }

    static bool EndsWithOddBackslashes(string line)
    {
        var backslashes = line.Length - line.TrimEnd('\\').Length;
        return backslashes % 2 == 1;
    }

    static (string Key, string Value) Split(string line)
    {
        var end = 0;
        while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t' or '\f'))
            end += line[end] == '\\' ? 2 : 1;
        end = Math.Min(end, line.Length);
        var value = line[end..].TrimStart(' ', '\t', '\f');
        if (value.Length > 0 && value[0] is '=' or ':')
            value = value[1..].TrimStart(' ', '\t', '\f');
        return (line[..end], value);
    }

    /// <summary>The text without its escapes, or null for a \u without four hexadecimal digits.</summary>
    static string? Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }
            var escaped = text[++i];
            if (escaped != 'u')
            {
                plain.Append(escaped switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', _ => escaped });
                continue;
            }
            if (i + 4 >= text.Length || !ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                return null;
            plain.Append((char)code);
            i += 4;
        }
        return plain.ToString();
    }
}
