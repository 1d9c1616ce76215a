namespace NettyKafka.Tests.Support.Histories;

/// <summary>Of a transaction everything is there in the end, over all partitions and groups, or nothing (transaction-atomicity), whether its client knows which or not.</summary>
static class TransactionRules
{
    public static IEnumerable<Violation> Check(HistoryContents contents, CommittedOffsetRules offsets)
    {
        if (contents.History.SettledAt is null)
            yield break;
        var sends = contents.History.Sends.ToLookup(send => send.Transaction);
        foreach (var transaction in contents.History.Transactions)
        {
            var values = sends[transaction].Where(send => send.Outcome == SendOutcome.Acknowledged).SelectMany(send => send.Values)
                .Where(value => contents.PlaceOf(value) is not { } place || !contents.MayBeGone(place.Partition, place.Offset)).ToList();
            var there = values.FindAll(contents.IsPolledCommitted);
            var missing = values.Except(there).ToList();
            if (there.Count > 0 && missing.Count > 0)
                yield return new("transaction-atomicity", $"{string.Join(',', there)} of {transaction} are there, and not {string.Join(',', missing)}");
            if (there.Count > 0 && offsets.IsUnseen(transaction))
                yield return new("transaction-atomicity", $"{string.Join(',', there)} of {transaction} are there, and not its offsets");
            if (missing.Count > 0 && offsets.IsSeen(transaction))
                yield return new("transaction-atomicity", $"{string.Join(',', missing)} of {transaction} are not there, and its offsets are");
            if (offsets.IsSeen(transaction) && offsets.IsUnseen(transaction))
                yield return new("transaction-atomicity", $"some of the offsets of {transaction} are there, and not all");
        }
    }
}
