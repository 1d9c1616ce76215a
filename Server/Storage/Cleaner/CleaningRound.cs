namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>What holds for one cleaning of a log as a whole: when it began, and the offset that it ends before.</summary>
sealed record CleaningRound(long NowMs, long DeleteRetentionMs, long UpperBoundOffset)
{
    /// <summary>When the tombstones and markers that are seen for the first time may go.</summary>
    public long DeleteHorizonMs => NowMs + Math.Min(DeleteRetentionMs, long.MaxValue - NowMs);
}
