namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>
/// A step of a compiled expression. Steps follow one another; <c>Jump</c> goes elsewhere and <c>Fork</c> goes both ways. The offset is relative,
/// so that a repeated part is copied as it is. Who gets past the last step has matched.
/// </summary>
readonly record struct RegexInstruction(RegexStep Step, int Offset = 0, AsciiSet Characters = default);

enum RegexStep
{
    Character,
    Jump,
    Fork,
    Begin,
    End,
    WordBoundary,
    NoWordBoundary,
}
