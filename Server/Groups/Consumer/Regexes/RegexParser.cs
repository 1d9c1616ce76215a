using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>
/// Compiles a pattern as RE2/J understands it; what RE2/J refuses is refused. Of the flags only <c>i</c> matters to the match of a whole topic name,
/// which has no line ends.
/// </summary>
sealed class RegexParser(RegexReader reader)
{
    const int MaxRepeat = 1000;
    const int MaxDepth = 1000;

    // RE2/J has no such bound: its program grows until the heap is full.
    const int MaxInstructions = 10_000;

    readonly Stack<RegexGroup> outer = new();
    readonly HashSet<string> names = [];
    RegexGroup group = new(0, wasFolding: false);
    int instructions;
    bool isFolding;
    bool isAfterRepeat;

    public bool TryParse([NotNullWhen(true)] out RegexInstruction[]? program)
    {
        program = null;
        while (!reader.IsAtEnd)
        {
            if (!ParseNext())
                return false;
        }

        if (outer.Count > 0)
            return reader.Fail("missing closing ) of the group", group.Start);
        program = group.ToInstructions();
        return true;
    }

    bool ParseNext()
    {
        var canRepeat = !isAfterRepeat;
        isAfterRepeat = false;
        var start = reader.Position;
        switch (reader.Next)
        {
            case '(':
                return reader.IsAt("(?") ? OpenWithFlags() : Open(start, ++reader.Position, isFolding);
            case ')':
                return Close();
            case '|':
                reader.Position++;
                group.StartBranch();
                return Count(2);
            case '[':
                return RegexClass.Take(reader, isFolding) is { } set && Add(set);
            case '*' or '+' or '?' or '{':
                return ParseRepeat(canRepeat);
            case '\\':
                return ParseEscape();
            case '^':
                return Assert(RegexStep.Begin, 1);
            case '$':
                return Assert(RegexStep.End, 1);
            case '.':
                reader.Position++;
                return Add(AsciiSet.All);
            default:
                return AddCharacter(reader.TakeCodePoint());
        }
    }

    bool ParseRepeat(bool canRepeat)
    {
        var start = reader.Position;
        if (TakeCounts() is not var (min, max))
        {
            // A brace that begins no repetition stands for itself, but RE2/J does not let a repetition follow it.
            reader.Position = start + 1;
            isAfterRepeat = true;
            return AddCharacter('{');
        }

        if (min > MaxRepeat || max > MaxRepeat || min > max)
            return reader.Fail("invalid repeat count", start);
        reader.TryTake('?');
        if (!canRepeat)
            return reader.Fail("a repetition of a repetition", start);
        if (!group.CanRepeat)
            return reader.Fail("nothing to repeat", start);
        if (!Count(group.GrowthOf(min, max)))
            return false;
        group.Repeat(min, max);
        isAfterRepeat = true;
        return true;
    }

    (int Min, int? Max)? TakeCounts()
    {
        if (reader.TryTake('*'))
            return (0, null);
        if (reader.TryTake('+'))
            return (1, null);
        if (reader.TryTake('?'))
            return (0, 1);

        reader.Position++;
        if (TakeNumber() is not { } min)
            return null;
        int? max = min;
        if (reader.TryTake(','))
        {
            max = null;
            if (!reader.IsAt('}') && (max = TakeNumber()) is null)
                return null;
        }

        return reader.TryTake('}') ? (min, max) : null;
    }

    int? TakeNumber()
    {
        const int maxDigits = 8;
        return reader.TakeDigits() switch
        {
            "" or ['0', _, ..] => null,
            { Length: > maxDigits } => int.MaxValue,
            var digits => int.Parse(digits, CultureInfo.InvariantCulture),
        };
    }

    bool ParseEscape()
    {
        if (reader.IsAt("\\A"))
            return Assert(RegexStep.Begin, 2);
        if (reader.IsAt("\\z"))
            return Assert(RegexStep.End, 2);
        if (reader.IsAt("\\b"))
            return Assert(RegexStep.WordBoundary, 2);
        if (reader.IsAt("\\B"))
            return Assert(RegexStep.NoWordBoundary, 2);
        if (reader.TryTake("\\Q"))
            return AddLiteral(reader.TakeUntil("\\E") ?? reader.TakeRest());
        if (RegexEscape.TakeSet(reader, isFolding) is { } set)
            return Add(set);
        return reader.Error is null && RegexEscape.TakeCharacter(reader) is { } character && AddCharacter(character);
    }

    bool OpenWithFlags()
    {
        var start = reader.Position;
        if (reader.TryTake("(?P<") || reader.TryTake("(?<"))
            return OpenNamed(start);

        reader.Position += 2;
        var (willFold, isNegative, hasFlags) = (isFolding, false, false);
        while (!reader.IsAtEnd)
        {
            switch (reader.TakeCodePoint())
            {
                case 'i':
                    (willFold, hasFlags) = (!isNegative, true);
                    break;
                case 'm' or 's' or 'U':
                    hasFlags = true;
                    break;
                case '-' when !isNegative:
                    (isNegative, hasFlags) = (true, false);
                    break;
                case ':' when !isNegative || hasFlags:
                    return Open(start, reader.Position, willFold);
                case ')' when !isNegative || hasFlags:
                    isFolding = willFold;
                    return true;
                default:
                    return reader.Fail("invalid or unsupported group", start);
            }
        }

        return reader.Fail("missing closing ) of the group", start);
    }

    bool OpenNamed(int start)
    {
        if (reader.TakeUntil(">") is not { Length: > 0 } name || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
            return reader.Fail("invalid or unsupported group", start);
        return names.Add(name) ? Open(start, reader.Position, isFolding) : reader.Fail("a name that another group has", start);
    }

    bool Open(int start, int position, bool willFold)
    {
        if (outer.Count == MaxDepth)
            return reader.Fail("groups are nested too deep", start);
        outer.Push(group);
        group = new(start, isFolding);
        isFolding = willFold;
        reader.Position = position;
        return true;
    }

    bool Close()
    {
        var closed = group;
        if (!outer.TryPop(out var parent))
            return reader.Fail("a ) without a group", reader.Position);
        reader.Position++;
        isFolding = closed.WasFolding;
        group = parent;
        group.Add(closed.ToInstructions());
        return true;
    }

    bool Assert(RegexStep step, int length)
    {
        reader.Position += length;
        group.Add(new RegexInstruction(step));
        return Count(1);
    }

    bool AddLiteral(string text)
    {
        var literal = new RegexReader(text);
        while (!literal.IsAtEnd)
        {
            if (!AddCharacter(literal.TakeCodePoint()))
                return false;
        }

        return true;
    }

    bool AddCharacter(int codePoint) => Add(AsciiSet.Range(codePoint, codePoint, isFolding));

    bool Add(AsciiSet set)
    {
        group.Add(new RegexInstruction(RegexStep.Character, Characters: set));
        return Count(1);
    }

    bool Count(int added)
    {
        instructions += added;
        return instructions <= MaxInstructions || reader.Fail("the expression repeats too much", reader.Position);
    }
}
