using System.Text;

namespace NettyKafka.Codec.Generator;

/// <summary>Lines of C#, indented by the blocks around them.</summary>
sealed class CodeWriter
{
    readonly StringBuilder text = new();
    int depth;

    public void Line(string line = "")
    {
        if (line.Length > 0)
            text.Append(' ', 4 * depth).Append(line);
        text.Append('\n');
    }

    /// <summary>A line that belongs to the condition above it; none when there is no condition.</summary>
    public void Then(string? condition, string line)
    {
        if (condition is null)
        {
            Line(line);
            return;
        }

        Line($"if ({condition})");
        Indented(line);
    }

    public void Indented(string line) => Line("    " + line);

    public void Open(string line)
    {
        Line(line);
        Open();
    }

    public void Open()
    {
        Line("{");
        depth++;
    }

    public void Close()
    {
        depth--;
        Line("}");
    }

    public override string ToString() => text.ToString();
}
