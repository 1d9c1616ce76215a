namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>
/// Runs of a compiled expression over one text after another: all the places it may have got to, side by side (Thompson's simulation). Once its budget of steps is
/// used up nothing matches any more.
/// </summary>
sealed class RegexMatch(RegexInstruction[] program, long budget)
{
    // Where the program has been, and at which place of all the texts: 0 is nowhere yet.
    readonly int[] reached = new int[program.Length + 1];
    readonly Stack<int> pending = new();
    List<int> current = [];
    List<int> next = [];
    string text = "";
    int place;
    long steps;

    public bool IsExhausted => steps > budget;

    /// <summary>Whether the whole text matches.</summary>
    public bool IsFull(string whole)
    {
        text = whole;
        next.Clear();
        place++;
        Follow(0, 0);
        for (var position = 0; position < text.Length; position++)
        {
            (current, next) = (next, current);
            next.Clear();
            if (current.Count == 0 || IsExhausted)
                return false;
            place++;
            steps += current.Count;
            foreach (var step in current)
            {
                if (program[step].Characters.Contains(text[position]))
                    Follow(step + 1, position + 1);
            }
        }

        return !IsExhausted && reached[program.Length] == place;
    }

    void Follow(int from, int position)
    {
        pending.Push(from);
        while (pending.TryPop(out var step))
        {
            steps++;
            if (reached[step] == place)
                continue;
            reached[step] = place;
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
