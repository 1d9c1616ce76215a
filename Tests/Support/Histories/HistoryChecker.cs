namespace NettyKafka.Tests.Support.Histories;

/// <summary>
/// Checks that what clients have seen of a broker is what a durable log with transactions shows. The rules have the names of Jepsen's tests of Kafka where those know them.
/// </summary>
public static class HistoryChecker
{
    const int MostShown = 20;

    /// <summary>All that is wrong with a history.</summary>
    public static IReadOnlyList<Violation> Check(History history)
    {
        var contents = new HistoryContents(history);
        var offsets = new CommittedOffsetRules(history);
        return
        [
            .. contents.Violations,
            .. SendRules.Check(contents),
            .. PollRules.Check(contents),
            .. offsets.Violations,
            .. TransactionRules.Check(contents, offsets),
            .. BoundsRules.Check(history),
            .. FetchRules.Check(history),
        ];
    }

    public static void AssertHolds(History history)
    {
        var violations = Check(history);
        if (violations.Count > 0)
            throw new AssertionException(string.Join(Environment.NewLine, violations.Take(MostShown)));
    }
}
