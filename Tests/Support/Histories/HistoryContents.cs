using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support.Histories;

/// <summary>
/// What the partitions hold as far as a history tells: of every offset its value, of every value where it is and who has seen it. An offset has one value (inconsistent-offsets),
/// which somebody has sent (phantom-read) and, with idempotence, sent once (duplicate).
/// </summary>
sealed class HistoryContents
{
    readonly Dictionary<string, HistorySend> sends = new(StringComparer.Ordinal);
    readonly Dictionary<string, (TopicPartition Partition, long Offset)> places = new(StringComparer.Ordinal);
    readonly Dictionary<TopicPartition, SortedDictionary<long, string>> partitions = [];
    readonly HashSet<string> polled = new(StringComparer.Ordinal);
    readonly HashSet<string> polledCommitted = new(StringComparer.Ordinal);
    readonly HashSet<HistoryTransaction> seenCommitted = [];
    readonly Dictionary<TopicPartition, long> logStartOffsets = [];
    readonly List<Violation> violations = [];

    public HistoryContents(History history)
    {
        History = history;
        foreach (var send in history.Sends)
        {
            foreach (var value in send.Values)
                sends.Add(value, send);
        }

        foreach (var send in history.Sends)
            Place(send);
        foreach (var poll in history.Polls)
            Place(poll);
        foreach (var observed in history.Bounds)
            logStartOffsets[observed.Partition] = Math.Max(observed.Bounds.LogStartOffset, logStartOffsets.GetValueOrDefault(observed.Partition));
    }

    public History History { get; }

    public IReadOnlyList<Violation> Violations => violations;

    public IEnumerable<TopicPartition> Partitions => partitions.Keys;

    public HistorySend? SendOf(string value) => sends.GetValueOrDefault(value);

    public (TopicPartition Partition, long Offset)? PlaceOf(string value) => places.TryGetValue(value, out var place) ? place : null;

    public IReadOnlyDictionary<long, string> ValuesOf(TopicPartition partition) => partitions.GetValueOrDefault(partition) ?? [];

    public bool IsPolled(string value) => polled.Contains(value);

    /// <summary>Whether a reader has seen it that sees only what is committed.</summary>
    public bool IsPolledCommitted(string value) => polledCommitted.Contains(value);

    /// <summary>Whether retention, deletion or compaction may have taken what is at an offset.</summary>
    public bool MayBeGone(TopicPartition partition, long offset) => History.IsCompacted(partition) || offset < logStartOffsets.GetValueOrDefault(partition);

    /// <summary>Whether every reader has to see a value; a commit that was not answered counts where somebody has seen anything of it.</summary>
    public bool IsVisible(string value, bool isReadCommitted) => !isReadCommitted || SendOf(value)?.Transaction is not { } transaction || IsCommitted(transaction);

    public bool IsCommitted(HistoryTransaction transaction) => transaction.Outcome switch
    {
        TransactionOutcome.Committed => true,
        TransactionOutcome.Unknown => seenCommitted.Contains(transaction),
        _ => false,
    };

    void Place(HistorySend send)
    {
        foreach (var baseOffset in send.BaseOffsets)
        {
            for (var i = 0; i < send.Values.Count; i++)
                Place(send.Partition, baseOffset + i, send.Values[i], "acknowledged");
        }
    }

    void Place(HistoryPoll poll)
    {
        foreach (var (offset, value) in poll.Records)
        {
            polled.Add(value);
            if (poll.IsReadCommitted && polledCommitted.Add(value) && SendOf(value)?.Transaction is { } transaction)
                seenCommitted.Add(transaction);
            Place(poll.Partition, offset, value, $"polled by {poll.Consumer}");
        }
    }

    void Place(TopicPartition partition, long offset, string value, string how)
    {
        if (SendOf(value) is not { } send)
            violations.Add(new("phantom-read", $"{partition} has {value} at offset {offset}, {how}, and nobody has sent it"));
        else if (send.Partition != partition)
            violations.Add(new("phantom-read", $"{partition} has {value} at offset {offset}, {how}, which was sent to {send.Partition}"));
        if (!partitions.TryGetValue(partition, out var values))
            partitions[partition] = values = [];
        if (!values.TryAdd(offset, value) && values[offset] != value)
            violations.Add(new("inconsistent-offsets", $"{partition} has {value} at offset {offset}, {how}, where {values[offset]} was"));
        if (!places.TryAdd(value, (partition, offset)) && places[value] != (partition, offset) && SendOf(value)?.IsIdempotent != false)
            violations.Add(new("duplicate", $"{value} is at {places[value].Partition} offset {places[value].Offset} and, {how}, at {partition} offset {offset}"));
    }
}
