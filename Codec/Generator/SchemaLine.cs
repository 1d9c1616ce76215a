using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace NettyKafka.Codec.Generator;

/// <summary>A line of a schema: its words, and how deep they are indented by steps of two.</summary>
sealed class SchemaLine(string path, TextLine line)
{
    public string Text { get; } = line.ToString().TrimEnd();

    public IReadOnlyList<string> Words { get; } = line.ToString().Split([' '], StringSplitOptions.RemoveEmptyEntries);

    public int Spaces => Text.Length - Text.TrimStart(' ').Length;

    public int Depth => Spaces / 2;

    public bool IsBlank => Words.Count == 0;

    public Location Location => Location.Create(path, TextSpan.FromBounds(line.Start + Spaces, line.Start + Text.Length), new(
        new(line.LineNumber, Spaces),
        new(line.LineNumber, Text.Length)));

    public SchemaException Error(string message) => new(this, message);
}
