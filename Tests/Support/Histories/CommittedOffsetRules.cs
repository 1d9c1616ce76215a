namespace NettyKafka.Tests.Support.Histories;

/// <summary>
/// What a group is told to have committed is the last that was: nothing acknowledged is lost (lost-commit), nothing is there that was refused, or whose transaction is open
/// or aborted (aborted-offset), and who waits for what is stable is not answered while a transaction is open (unstable-offset).
/// </summary>
sealed class CommittedOffsetRules
{
    const long None = -1;

    readonly List<Violation> violations = [];
    readonly HashSet<HistoryTransaction> seen = [];
    readonly HashSet<HistoryTransaction> unseen = [];

    public CommittedOffsetRules(History history)
    {
        var commits = history.Commits.ToLookup(commit => (commit.Group, commit.Partition));
        foreach (var reads in history.Committed.GroupBy(read => (read.Group, read.Partition)))
            Check([.. commits[reads.Key]], reads, history.SettledAt);
    }

    public IReadOnlyList<Violation> Violations => violations;

    /// <summary>Whether an offset of a transaction was read, whose commit was not answered.</summary>
    public bool IsSeen(HistoryTransaction transaction) => seen.Contains(transaction);

    /// <summary>Whether an offset of such a transaction is not there in the end.</summary>
    public bool IsUnseen(HistoryTransaction transaction) => unseen.Contains(transaction);

    void Check(List<HistoryCommit> commits, IEnumerable<HistoryCommitted> reads, long? settledAt)
    {
        HistoryCommit? newestSeen = null;
        foreach (var read in reads)
        {
            var least = Later(commits.LastOrDefault(commit => commit.At < read.At && commit.DefiniteAt < read.At), newestSeen);
            var open = commits.FindAll(commit => commit.At > (least?.At ?? None) && commit.At < read.At && commit.PossibleAt < read.At);
            var found = open.FindAll(commit => commit.Offset == read.Offset);
            if (read.Offset != (least?.Offset ?? None) && found.Count == 0)
                violations.Add(Wrong(commits, read, least));
            else if (found.Count == 1 && read.Offset != (least?.Offset ?? None))
                newestSeen = found[0];
            if (read.RequireStable)
                CheckStable(commits, read);
            if (newestSeen?.Transaction is { Outcome: TransactionOutcome.Unknown } committed)
                seen.Add(committed);
            if (read.At > settledAt && found.Count == 0)
                unseen.UnionWith(open.Where(commit => commit is { Outcome: SendOutcome.Acknowledged, Transaction: not null }).Select(commit => commit.Transaction!));
        }
    }

    void CheckStable(List<HistoryCommit> commits, HistoryCommitted read)
    {
        // An abort may come without the client's doing; of what was committed later it is known that it was open.
        foreach (var commit in commits.Where(commit => commit.AcknowledgedAt < read.At && commit.Transaction is { Outcome: TransactionOutcome.Committed } transaction && read.At < transaction.EndingAt))
            violations.Add(new("unstable-offset", $"{read.Group} was told offset {read.Offset} for {read.Partition} as stable while it had {commit}"));
    }

    static HistoryCommit? Later(HistoryCommit? one, HistoryCommit? other) => one is null || other?.At > one.At ? other : one;

    static Violation Wrong(List<HistoryCommit> commits, HistoryCommitted read, HistoryCommit? least)
    {
        var told = $"{read.Group} was told offset {read.Offset} for {read.Partition}";
        return commits.FindLast(commit => commit.Offset == read.Offset && commit.At < read.At) switch
        {
            { } commit when commit.PossibleAt > read.At => new("aborted-offset", $"{told}, which is {commit}"),
            null when read.Offset != None => new("phantom-offset", $"{told}, which nobody has committed"),
            _ => new("lost-commit", $"{told}, after {least}"),
        };
    }
}
