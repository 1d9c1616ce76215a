namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>One run of a compiled expression over a text: all the places it may have got to, side by side (Thompson's simulation).</summary>
sealed class RegexMatch(RegexInstruction[] program, string text)
{
    // Where the program has been, and at which position of the text: 0 is nowhere yet.
    readonly int[] reached = new int[program.Length + 1];
    readonly Stack<int> pending = new();
    List<int> current = [];
    List<int> next = [];

    /// <summary>Whether the whole text matches.</summary>
    public bool IsFull()
    {
        Follow(0, 0);
        for (var position = 0; position < text.Length; position++)
        {
            (current, next) = (next, current);
            next.Clear();
            if (current.Count == 0)
                return false;
            foreach (var step in current)
            {
                if (program[step].Characters.Contains(text[position]))
                    Follow(step + 1, position + 1);
            }
        }

        return reached[program.Length] == text.Length + 1;
    }

    void Follow(int from, int position)
    {
        pending.Push(from);
        while (pending.TryPop(out var step))
        {
            if (reached[step] == position + 1)
                continue;
            reached[step] = position + 1;
            if (step < program.Length)
                Follow(step, program[step], position);
        }
    }

    void Follow(int step, RegexInstruction instruction, int position)
    {
        switch (instruction.Step)
        {
            case RegexStep.Character:
                next.Add(step);
                break;
            case RegexStep.Jump:
                pending.Push(step + instruction.Offset);
                break;
            case RegexStep.Fork:
                pending.Push(step + instruction.Offset);
                pending.Push(step + 1);
                break;
            default:
                if (Holds(instruction.Step, position))
                    pending.Push(step + 1);
                break;
        }
    }

    bool Holds(RegexStep assertion, int position) => assertion switch
    {
        RegexStep.Begin => position == 0,
        RegexStep.End => position == text.Length,
        _ => (IsWord(position - 1) != IsWord(position)) == (assertion == RegexStep.WordBoundary),
    };

    bool IsWord(int position) => position >= 0 && position < text.Length && AsciiSet.Word.Contains(text[position]);
}
