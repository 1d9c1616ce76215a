namespace NettyKafka.Benchmarks.Reports;

/// <summary>A Markdown table that is written row by row; its first column is text, the others are figures.</summary>
sealed class Table(TextWriter output, params string[] headings)
{
    public int FirstWidth { get; init; } = 38;

    public void WriteHead()
    {
        WriteRow(headings);
        output.WriteLine($"|{new string('-', FirstWidth + 2)}|{string.Concat(headings.Skip(1).Select(heading => $"{new string('-', Width(heading) + 1)}:|"))}");
    }

    public void WriteRow(params IReadOnlyList<string> cells)
    {
        var figures = cells.Skip(1).Select((cell, i) => $" {cell.PadLeft(Width(headings[i + 1]))} |");
        output.WriteLine($"| {cells[0].PadRight(FirstWidth)} |{string.Concat(figures)}");
    }

    static int Width(string heading) => Math.Max(heading.Length, 8);
}
