namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>A class in brackets: characters, ranges, and named classes.</summary>
static class RegexClass
{
    /// <summary>The set of the class that begins here; null if it is wrong.</summary>
    public static AsciiSet? Take(RegexReader reader, bool isFolding)
    {
        var start = reader.Position++;
        var isNegated = reader.TryTake('^');
        AsciiSet all = default;
        for (var isFirst = true; isFirst || !reader.TryTake(']'); isFirst = false)
        {
            if (TakePart(reader, start, isFolding) is not { } part)
                return null;
            all |= part;
        }

        return isNegated ? ~all : all;
    }

    static AsciiSet? TakePart(RegexReader reader, int start, bool isFolding)
    {
        var set = TakePosixClass(reader, isFolding);
        if (set is null && reader.Error is null)
            set = RegexEscape.TakeSet(reader, isFolding);
        return set is not null || reader.Error is not null ? set : TakeRange(reader, start, isFolding);
    }

    static AsciiSet? TakePosixClass(RegexReader reader, bool isFolding)
    {
        if (!reader.IsAt("[:"))
            return null;

        var start = reader.Position++;
        if (reader.TakeUntil(":]") is not { } name)
        {
            reader.Position = start;
            return null;
        }

        var isNegated = name.StartsWith(":^", StringComparison.Ordinal);
        if (RegexClassNames.FindPosix(name.Length == 0 ? name : name[(isNegated ? 2 : 1)..]) is not { } set)
        {
            reader.Fail("unknown POSIX class", start);
            return null;
        }

        set = isFolding ? set.Fold() : set;
        return isNegated ? ~set : set;
    }

    static AsciiSet? TakeRange(RegexReader reader, int start, bool isFolding)
    {
        var rangeStart = reader.Position;
        var first = TakeCharacter(reader, start);
        var last = first;
        if (first is not null && !reader.IsAt("-]") && reader.TryTake('-'))
            last = TakeCharacter(reader, start);
        if (first is null || last is null)
            return null;
        if (first <= last)
            return AsciiSet.Range(first.Value, last.Value, isFolding);

        reader.Fail("the ends of a range are out of order", rangeStart);
        return null;
    }

    static int? TakeCharacter(RegexReader reader, int start)
    {
        if (reader.IsAt('\\'))
            return RegexEscape.TakeCharacter(reader);
        if (!reader.IsAtEnd)
            return reader.TakeCodePoint();
        reader.Fail("missing closing ] of the class", start);
        return null;
    }
}
