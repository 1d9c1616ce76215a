using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support.Histories;

/// <summary>A record as a consumer has seen it.</summary>
public readonly record struct HistoryRecord(long Offset, string Value);

/// <summary>The offsets of the first batch in an answer to Fetch.</summary>
public readonly record struct FetchedBatch(long BaseOffset, long LastOffset);

/// <summary>What a consumer was given between two of its positions; the assignment changes when it goes on from elsewhere.</summary>
public sealed record HistoryPoll(long At, string Consumer, int Assignment, TopicPartition Partition, bool IsReadCommitted, long From, long Next, IReadOnlyList<HistoryRecord> Records);

/// <summary>An answer to Fetch; the limit is the high watermark or the last stable offset that the answer named.</summary>
public sealed record HistoryFetch(long At, TopicPartition Partition, long Offset, long Limit, FetchedBatch? First, bool IsNull, TimeSpan Waited, TimeSpan MaxWait);

/// <summary>What a partition has said of itself, after so many crashes.</summary>
public sealed record HistoryBounds(long At, int Crashes, TopicPartition Partition, LogBounds Bounds);

/// <summary>What a group was told to have committed.</summary>
public sealed record HistoryCommitted(long At, string Group, TopicPartition Partition, long Offset, bool RequireStable);

/// <summary>A rule that a history breaks, and how.</summary>
public sealed record Violation(string Rule, string Message)
{
    public override string ToString() => $"{Rule}: {Message}";
}
