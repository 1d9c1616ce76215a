namespace NettyKafka.Tests.Support.Histories;

/// <summary>
/// What is acknowledged is there (lost-write, unseen) and in its order (nonmonotonic-send, int-nonmonotonic-send within a transaction); what was refused is not (definite-error).
/// </summary>
static class SendRules
{
    public static IEnumerable<Violation> Check(HistoryContents contents) =>
        contents.History.Sends.SelectMany(send => DefiniteErrors(contents, send)).Concat(LostWrites(contents)).Concat(Unseen(contents)).Concat(Nonmonotonic(contents.History));

    static IEnumerable<Violation> DefiniteErrors(HistoryContents contents, HistorySend send) =>
        from value in send.Outcome == SendOutcome.Failed ? send.Values : []
        where contents.IsPolled(value)
        select new Violation("definite-error", $"{value} was polled at {contents.PlaceOf(value)}, which was refused: {send}");

    /// <summary>Somebody has seen what came after a write, and nobody the write.</summary>
    static IEnumerable<Violation> LostWrites(HistoryContents contents)
    {
        var last = contents.History.Polls.Where(poll => poll.Records.Count > 0)
            .GroupBy(poll => (poll.Partition, poll.IsReadCommitted))
            .ToDictionary(polls => polls.Key, polls => polls.Max(poll => poll.Records[^1].Offset));
        foreach (var value in Acknowledged(contents))
        {
            if (contents.PlaceOf(value) is not { } place)
                continue;
            var isPassed = place.Offset < last.GetValueOrDefault((place.Partition, true), -1) || (place.Offset < last.GetValueOrDefault((place.Partition, false), -1) && contents.SendOf(value)!.Transaction is null);
            if (isPassed && !contents.IsPolled(value))
                yield return new("lost-write", $"{value} was acknowledged at {place.Partition} offset {place.Offset} and nobody has polled it, while later offsets were polled");
        }
    }

    /// <summary>All is over and was read to its end.</summary>
    static IEnumerable<Violation> Unseen(HistoryContents contents) =>
        from value in contents.History.SettledAt is null ? [] : Acknowledged(contents)
        where !contents.IsPolledCommitted(value)
        select new Violation("unseen", $"{value} was acknowledged at {contents.PlaceOf(value)} and is not there in the end: {contents.SendOf(value)}");

    /// <summary>The values that have to be seen by everybody.</summary>
    static IEnumerable<string> Acknowledged(HistoryContents contents) =>
        from send in contents.History.Sends
        where send.Outcome == SendOutcome.Acknowledged && (send.Transaction is null || send.Transaction.Outcome == TransactionOutcome.Committed)
        from value in send.Values
        where contents.PlaceOf(value) is not { } place || !contents.MayBeGone(place.Partition, place.Offset)
        select value;

    static IEnumerable<Violation> Nonmonotonic(History history)
    {
        foreach (var sends in history.Sends.Where(send => send.BaseOffsets.Count > 0).GroupBy(send => (send.Producer, send.Partition)))
        {
            HistorySend? before = null;
            foreach (var send in sends)
            {
                if (before is not null && send.BaseOffsets[0] < before.BaseOffsets[0] + before.Values.Count)
                {
                    var rule = send.Transaction is not null && send.Transaction == before.Transaction ? "int-nonmonotonic-send" : "nonmonotonic-send";
                    yield return new(rule, $"{send} is at offset {send.BaseOffsets[0]}, and was sent after {before}, which is at {before.BaseOffsets[0]}");
                }

                before = send;
            }
        }
    }
}
