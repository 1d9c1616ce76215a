namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>A place in a pattern, and what was found to be wrong with it.</summary>
sealed class RegexReader(string pattern)
{
    public int Position { get; set; }

    public string? Error { get; private set; }

    public bool IsAtEnd => Position >= pattern.Length;

    /// <summary>The character here, or 0 at the end.</summary>
    public char Next => IsAtEnd ? '\0' : pattern[Position];

    public bool IsAt(char expected) => !IsAtEnd && pattern[Position] == expected;

    public bool IsAt(string expected) => string.CompareOrdinal(pattern, Position, expected, 0, expected.Length) == 0;

    public bool TryTake(char expected) => Take(IsAt(expected), 1);

    public bool TryTake(string expected) => Take(IsAt(expected), expected.Length);

    /// <summary>The text up to an end, which is passed over too; null if there is no such end.</summary>
    public string? TakeUntil(string end)
    {
        var index = pattern.IndexOf(end, Position, StringComparison.Ordinal);
        if (index < 0)
            return null;
        var text = pattern[Position..index];
        Position = index + end.Length;
        return text;
    }

    public string TakeRest()
    {
        var text = pattern[Position..];
        Position = pattern.Length;
        return text;
    }

    public string TakeDigits()
    {
        var start = Position;
        while (char.IsAsciiDigit(Next))
            Position++;
        return pattern[start..Position];
    }

    public string TakeCharacter() => char.ToString(pattern[Position++]);

    public int TakeCodePoint()
    {
        var isPair = Position + 1 < pattern.Length && char.IsSurrogatePair(pattern, Position);
        var codePoint = isPair ? char.ConvertToUtf32(pattern, Position) : pattern[Position];
        Position += isPair ? 2 : 1;
        return codePoint;
    }

    /// <summary>Notes an error, the first one, and returns false.</summary>
    public bool Fail(string reason, int position)
    {
        Error ??= $"{reason} at position {position}";
        return false;
    }

    bool Take(bool isThere, int length)
    {
        if (isThere)
            Position += length;
        return isThere;
    }
}
