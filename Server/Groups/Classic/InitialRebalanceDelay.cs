namespace NettyKafka.Server.Groups.Classic;

/// <summary>How long the first rebalance of a group still waits for newcomers: a step at a time, as long as somebody has come during the last one.</summary>
readonly record struct InitialRebalanceDelay(int StepMs, int RemainingMs, bool HasNewMember)
{
    public static InitialRebalanceDelay Begin(int delayMs, int rebalanceTimeoutMs) => new(delayMs, Math.Max(rebalanceTimeoutMs - delayMs, 0), false);

    public bool CanExtend => HasNewMember && RemainingMs > 0;

    public InitialRebalanceDelay Extend(int delayMs) => new(Math.Min(delayMs, RemainingMs), Math.Max(RemainingMs - StepMs, 0), false);
}
