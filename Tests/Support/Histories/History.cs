using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support.Histories;

/// <summary>
/// What clients have asked of a broker and what they were answered, in one order; every value is sent once. An acknowledgement counts as durable: where a crash may
/// take back what was acknowledged, there is no history to check. Clients on several threads may write it.
/// </summary>
public sealed class History
{
    readonly Lock gate = new();
    readonly List<HistorySend> sends = [];
    readonly List<HistoryTransaction> transactions = [];
    readonly List<HistoryPoll> polls = [];
    readonly List<HistoryFetch> fetches = [];
    readonly List<HistoryBounds> bounds = [];
    readonly List<HistoryCommit> commits = [];
    readonly List<HistoryCommitted> committed = [];
    readonly HashSet<TopicPartition> compacted = [];
    readonly Dictionary<(string Consumer, TopicPartition Partition), int> seeks = [];
    long last;
    int crashes;

    public IReadOnlyList<HistorySend> Sends => sends;

    public IReadOnlyList<HistoryTransaction> Transactions => transactions;

    public IReadOnlyList<HistoryPoll> Polls => polls;

    public IReadOnlyList<HistoryFetch> Fetches => fetches;

    public IReadOnlyList<HistoryBounds> Bounds => bounds;

    public IReadOnlyList<HistoryCommit> Commits => commits;

    public IReadOnlyList<HistoryCommitted> Committed => committed;

    /// <summary>When the work was over and nothing was open any more: what is read after that is what remains. Null while it goes on.</summary>
    public long? SettledAt { get; private set; }

    /// <summary>A producer begins a transaction.</summary>
    public HistoryTransaction Begin(string producer) => Add(transactions, at => new(this, at, producer));

    /// <summary>A producer sends a batch; a retry of it is the same send.</summary>
    public HistorySend Send(string producer, TopicPartition partition, IReadOnlyList<string> values, HistoryTransaction? transaction = null, bool isIdempotent = true) =>
        Add(sends, at => new(this, at, producer, partition, values, transaction, isIdempotent));

    /// <summary>A consumer has gone on from one position to the next and was given these records on the way.</summary>
    public HistoryPoll Poll(string consumer, TopicPartition partition, bool isReadCommitted, long from, long next, IReadOnlyList<HistoryRecord> records) =>
        Add(polls, at => new(at, consumer, seeks.GetValueOrDefault((consumer, partition)), partition, isReadCommitted, from, next, records));

    /// <summary>A consumer goes on from elsewhere: by a rebalance, a restart, or because it wants to.</summary>
    public void Seek(string consumer, TopicPartition partition)
    {
        lock (gate)
            seeks[(consumer, partition)] = seeks.GetValueOrDefault((consumer, partition)) + 1;
    }

    /// <summary>An answer to Fetch, as it came.</summary>
    public void Fetch(TopicPartition partition, long offset, long limit, FetchedBatch? first, bool isNull = false, TimeSpan waited = default, TimeSpan maxWait = default) =>
        Add(fetches, at => new(at, partition, offset, limit, first, isNull, waited, maxWait));

    /// <summary>What a partition says of itself.</summary>
    public void Observe(TopicPartition partition, LogBounds observed) => Add(bounds, at => new(at, crashes, partition, observed));

    /// <summary>An offset of a group is committed, maybe in a transaction.</summary>
    public HistoryCommit Commit(string group, TopicPartition partition, long offset, HistoryTransaction? transaction = null) =>
        Add(commits, at => new(this, at, group, partition, offset, transaction));

    /// <summary>A group's committed offset is read; -1 is none.</summary>
    public void Read(string group, TopicPartition partition, long offset, bool requireStable = false) => Add(committed, at => new(at, group, partition, offset, requireStable));

    /// <summary>The broker has gone without a goodbye: what was not flushed may be lost.</summary>
    public void Crash()
    {
        lock (gate)
            crashes++;
    }

    /// <summary>The log of a partition is compacted: records may be missing.</summary>
    public void Compact(TopicPartition partition)
    {
        lock (gate)
            compacted.Add(partition);
    }

    public bool IsCompacted(TopicPartition partition) => compacted.Contains(partition);

    public void Settle()
    {
        lock (gate)
            SettledAt = ++last;
    }

    internal long Now()
    {
        lock (gate)
            return ++last;
    }

    T Add<T>(List<T> all, Func<long, T> create)
    {
        lock (gate)
        {
            var item = create(++last);
            all.Add(item);
            return item;
        }
    }
}
