namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>What a backslash stands for: a set of characters, in or out of brackets, or one character.</summary>
static class RegexEscape
{
    const int MaxCodePoint = 0x10ffff;

    /// <summary>The set of <c>\d</c> or <c>\pL</c>; null if there is none here, or a wrong one.</summary>
    public static AsciiSet? TakeSet(RegexReader reader, bool isFolding)
    {
        var start = reader.Position;
        if (!reader.TryTake('\\'))
            return null;
        if (reader.TryTake('p'))
            return TakeUnicodeClass(reader, start, isFolding, isNegated: false);
        if (reader.TryTake('P'))
            return TakeUnicodeClass(reader, start, isFolding, isNegated: true);

        AsciiSet? set = reader.Next switch
        {
            'd' => AsciiSet.Digits,
            'D' => ~AsciiSet.Digits,
            's' => AsciiSet.PerlSpace,
            'S' => ~AsciiSet.PerlSpace,
            'w' => AsciiSet.Word,
            'W' => ~AsciiSet.Word,
            _ => null,
        };
        reader.Position = set is null ? start : start + 2;
        return set;
    }

    /// <summary>The code point of an escaped character; null if the escape is wrong.</summary>
    public static int? TakeCharacter(RegexReader reader)
    {
        var start = reader.Position++;
        if (reader.IsAtEnd)
        {
            reader.Fail("a backslash is the last character", start);
            return null;
        }

        var c = reader.TakeCodePoint();
        int? character = c switch
        {
            >= '0' and <= '7' => TakeOctal(reader, c - '0'),
            'x' => TakeHex(reader),
            'a' => '\a',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            _ => c < 128 && char.IsAsciiLetterOrDigit((char)c) ? null : c,
        };
        if (character is null)
            reader.Fail("invalid escape", start);
        return character;
    }

    static AsciiSet? TakeUnicodeClass(RegexReader reader, int start, bool isFolding, bool isNegated)
    {
        var name = reader.TryTake('{') ? reader.TakeUntil("}") : reader.IsAtEnd ? null : reader.TakeCharacter();
        if (name is ['^', ..])
            (name, isNegated) = (name[1..], !isNegated);
        if (name is null || RegexClassNames.FindUnicode(name) is not { } set)
        {
            reader.Fail("unknown Unicode class", start);
            return null;
        }

        set = isFolding ? set.Fold() : set;
        return isNegated ? ~set : set;
    }

    // One digit alone is a backreference, except for 0.
    static int? TakeOctal(RegexReader reader, int first)
    {
        if (first != 0 && reader.Next is < '0' or > '7')
            return null;
        var value = first;
        for (var digits = 1; digits < 3 && reader.Next is >= '0' and <= '7'; digits++)
            value = (value * 8) + reader.TakeCodePoint() - '0';
        return value;
    }

    static int? TakeHex(RegexReader reader)
    {
        var isBraced = reader.TryTake('{');
        var (value, digits) = (0, 0);
        for (; char.IsAsciiHexDigit(reader.Next) && (isBraced || digits < 2) && value <= MaxCodePoint; digits++)
            value = (value * 16) + Convert.ToInt32(reader.TakeCharacter(), 16);
        var isWhole = isBraced ? digits > 0 && reader.TryTake('}') : digits == 2;
        return isWhole && value <= MaxCodePoint ? value : null;
    }
}
