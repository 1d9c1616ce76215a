namespace NettyKafka.Server.Groups.Consumer.Regexes;

/// <summary>A group while it is read: its branches so far, and where in the last one the part begins that a repetition would repeat.</summary>
sealed class RegexGroup(int start, bool wasFolding)
{
    const int None = -1;

    readonly List<List<RegexInstruction>> branches = [[]];
    int lastPart = None;

    /// <summary>The position of its parenthesis.</summary>
    public int Start => start;

    /// <summary>Whether case was ignored before it: flags set in a group end with it.</summary>
    public bool WasFolding => wasFolding;

    public bool CanRepeat => lastPart != None;

    List<RegexInstruction> Branch => branches[^1];

    public void Add(params ReadOnlySpan<RegexInstruction> part)
    {
        lastPart = Branch.Count;
        Branch.AddRange(part);
    }

    public void StartBranch()
    {
        branches.Add([]);
        lastPart = None;
    }

    /// <summary>By how many instructions a repetition of the last part grows it.</summary>
    public int GrowthOf(int min, int? max)
    {
        var length = Branch.Count - lastPart;
        return max is null ? (length * (Math.Max(min, 1) - 1)) + 2 : (length * (max.Value - 1)) + max.Value - min;
    }

    public void Repeat(int min, int? max)
    {
        RegexInstruction[] part = [.. Branch[lastPart..]];
        if (part.Length == 0)
            return;

        Branch.RemoveRange(lastPart, part.Length);
        if (min == 0 && max is null)
            Branch.Add(new(RegexStep.Fork, part.Length + 2));
        for (var copy = 0; copy < min || (copy == 0 && max is null); copy++)
            Branch.AddRange(part);
        if (max is null)
            Branch.Add(min == 0 ? new(RegexStep.Jump, -part.Length - 1) : new(RegexStep.Fork, -part.Length));
        for (var left = max - min; left > 0; left--)
        {
            Branch.Add(new(RegexStep.Fork, left.Value * (part.Length + 1)));
            Branch.AddRange(part);
        }
    }

    public RegexInstruction[] ToInstructions()
    {
        var instructions = new List<RegexInstruction>();
        var end = branches.Sum(branch => branch.Count + 2) - 2;
        foreach (var branch in branches.SkipLast(1))
        {
            instructions.Add(new(RegexStep.Fork, branch.Count + 2));
            instructions.AddRange(branch);
            instructions.Add(new(RegexStep.Jump, end - instructions.Count));
        }

        return [.. instructions, .. Branch];
    }
}
