namespace NettyKafka.Tests.Groups.Consumer;

/// <summary>A regular expression by its definition: from a place in a text, the places where a match can end.</summary>
sealed class BacktrackingPattern(string text, Func<string, int, IEnumerable<int>> ends)
{
    public static BacktrackingPattern OneOf(string characters) =>
        new($"[{characters}]", (topic, from) => from < topic.Length && characters.Contains(topic[from]) ? [from + 1] : []);

    public static BacktrackingPattern Both(BacktrackingPattern left, BacktrackingPattern right) =>
        new($"{left}{right}", (topic, from) => left.Ends(topic, from).SelectMany(middle => right.Ends(topic, middle)));

    public static BacktrackingPattern Either(BacktrackingPattern left, BacktrackingPattern right) =>
        new($"({left}|{right})", (topic, from) => left.Ends(topic, from).Concat(right.Ends(topic, from)));

    public static BacktrackingPattern Repeat(BacktrackingPattern part, int min, int max) =>
        new($"(?:{part}){{{min},{(max == int.MaxValue ? "" : max)}}}", (topic, from) => Repeated(part, topic, from, min, max));

    public IEnumerable<int> Ends(string topic, int from) => ends(topic, from).Distinct();

    public override string ToString() => text;

    static IEnumerable<int> Repeated(BacktrackingPattern part, string topic, int from, int min, int max)
    {
        if (min > 0)
            return part.Ends(topic, from).SelectMany(next => Repeated(part, topic, next, min - 1, max == int.MaxValue ? max : max - 1));
        if (max == 0)
            return [from];
        var longer = part.Ends(topic, from).Where(next => next > from).SelectMany(next => Repeated(part, topic, next, 0, max == int.MaxValue ? max : max - 1));
        return longer.Prepend(from);
    }
}
