namespace NettyKafka.Http.Commands;

/// <summary>Records to write, or as they were written or read.</summary>
sealed record ControlRecords(IReadOnlyList<ControlRecord> Records);
