namespace NettyKafka.Tests.Support.Histories;

/// <summary>
/// A consumer goes through a partition in order and leaves nothing out that it has to see: from one poll to the next (nonmonotonic-poll, poll-skip) and within one
/// (int-nonmonotonic-poll, int-poll-skip). One that reads what is committed sees nothing else (G1a, precommitted-read).
/// </summary>
static class PollRules
{
    public static IEnumerable<Violation> Check(HistoryContents contents) =>
        Positions(contents)
            .Concat(contents.History.Polls.SelectMany(poll => Within(contents, poll)))
            .Concat(contents.History.Polls.Where(poll => poll.IsReadCommitted).SelectMany(poll => Isolation(contents, poll)));

    static IEnumerable<Violation> Positions(HistoryContents contents)
    {
        foreach (var polls in contents.History.Polls.GroupBy(poll => (poll.Consumer, poll.Partition, poll.Assignment)))
        {
            HistoryPoll? before = null;
            foreach (var poll in polls)
            {
                if (before is not null && poll.From < before.Next)
                    yield return new("nonmonotonic-poll", $"{poll.Consumer} was at offset {before.Next} of {poll.Partition} and polled from {poll.From}");
                if (before is not null && Missing(contents, poll, before.Next, poll.From) is { } value)
                    yield return new("poll-skip", $"{poll.Consumer} was at offset {before.Next} of {poll.Partition} and polled from {poll.From}, past {value}");
                before = poll;
            }
        }
    }

    static IEnumerable<Violation> Within(HistoryContents contents, HistoryPoll poll)
    {
        var at = poll.From;
        foreach (var (offset, value) in poll.Records)
        {
            if (offset < at)
                yield return new("int-nonmonotonic-poll", $"{poll.Consumer} polled {value} at offset {offset} of {poll.Partition}, being at {at}");
            if (Missing(contents, poll, at, offset) is { } missing)
                yield return new(at == poll.From ? "poll-skip" : "int-poll-skip", $"{poll.Consumer} polled {value} at offset {offset} of {poll.Partition}, being at {at}, past {missing}");
            at = Math.Max(at, offset + 1);
        }

        if (Missing(contents, poll, at, poll.Next) is { } last)
            yield return new("poll-skip", $"{poll.Consumer} went from offset {at} of {poll.Partition} on to {poll.Next}, past {last}");
    }

    static IEnumerable<Violation> Isolation(HistoryContents contents, HistoryPoll poll)
    {
        foreach (var (offset, value) in poll.Records)
        {
            if (contents.SendOf(value) is not { } send)
                continue;
            if (send.Outcome == SendOutcome.Failed || send.Transaction is { Outcome: TransactionOutcome.Aborted })
                yield return new("G1a", $"{poll.Consumer} polled {value} at offset {offset} of {poll.Partition}: {send}");
            else if (send.Transaction is { } transaction && poll.At < transaction.EndingAt)
                yield return new("precommitted-read", $"{poll.Consumer} polled {value} at offset {offset} of {poll.Partition} at {poll.At}: {send}");
        }
    }

    /// <summary>A value that has to be seen between two offsets, and its offset.</summary>
    static string? Missing(HistoryContents contents, HistoryPoll poll, long from, long to)
    {
        var values = contents.ValuesOf(poll.Partition);
        for (var offset = from; offset < to; offset++)
        {
            if (values.TryGetValue(offset, out var value) && contents.IsVisible(value, poll.IsReadCommitted) && !contents.MayBeGone(poll.Partition, offset))
                return $"{value} at offset {offset}";
        }

        return null;
    }
}
