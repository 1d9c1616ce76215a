namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>The ASCII part of a set of characters: one bit each.</summary>
readonly record struct AsciiSet(UInt128 Bits)
{
    const int Size = 128;

    // The two other letters that differ from an ASCII one in case alone: long s and the kelvin sign.
    const int LongS = 0x17f;
    const int Kelvin = 0x212a;

    public static readonly AsciiSet All = new(UInt128.MaxValue);
    public static readonly AsciiSet Digits = Range('0', '9');
    public static readonly AsciiSet Upper = Range('A', 'Z');
    public static readonly AsciiSet Lower = Range('a', 'z');
    public static readonly AsciiSet Letters = Upper | Lower;
    public static readonly AsciiSet Word = Letters | Digits | Range('_', '_');
    public static readonly AsciiSet PerlSpace = Range('\t', '\n') | Range('\f', '\r') | Range(' ', ' ');

    public static AsciiSet operator |(AsciiSet left, AsciiSet right) => new(left.Bits | right.Bits);

    public static AsciiSet operator ~(AsciiSet set) => new(~set.Bits);

    public static AsciiSet Range(int first, int last) =>
        first >= Size ? default : new((UInt128.MaxValue << first) & (UInt128.MaxValue >> (Size - 1 - Math.Min(last, Size - 1))));

    public static AsciiSet Range(int first, int last, bool isFolding)
    {
        var set = Range(first, last);
        if (!isFolding)
            return set;
        if (first <= LongS && last >= LongS)
            set |= Range('s', 's');
        if (first <= Kelvin && last >= Kelvin)
            set |= Range('k', 'k');
        return set.Fold();
    }

    public static AsciiSet Where(Predicate<char> isIn)
    {
        UInt128 bits = 0;
        for (var c = 0; c < Size; c++)
        {
            if (isIn((char)c))
                bits |= UInt128.One << c;
        }

        return new(bits);
    }

    public bool Contains(char c) => c < Size && ((Bits >> c) & 1) != 0;

    /// <summary>The set with each letter in both cases.</summary>
    public AsciiSet Fold()
    {
        const int caseBit = 'a' - 'A';
        return new(Bits | ((Bits & Upper.Bits) << caseBit) | ((Bits & Lower.Bits) >> caseBit));
    }
}
