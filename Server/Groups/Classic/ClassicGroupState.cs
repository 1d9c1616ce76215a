namespace NettyKafka.Server.Groups.Classic;

/// <summary>The states of a classic group, by Kafka's names.</summary>
public enum ClassicGroupState
{
    /// <summary>There are no members: it is new, or keeps offsets until they expire.</summary>
    Empty,

    /// <summary>Members are expected to join; whoever has joined waits.</summary>
    PreparingRebalance,

    /// <summary>All have joined, and wait for what the leader assigns.</summary>
    CompletingRebalance,

    /// <summary>Every member has its assignment.</summary>
    Stable,

    /// <summary>The group is gone; who still holds it leaves it alone.</summary>
    Dead,
}

/// <summary>Which state may follow which.</summary>
public static class ClassicGroupTransitions
{
    public static bool CanBecome(this ClassicGroupState state, ClassicGroupState next) => next switch
    {
        ClassicGroupState.Empty => state is ClassicGroupState.PreparingRebalance,
        ClassicGroupState.PreparingRebalance => state is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance or ClassicGroupState.Empty,
        ClassicGroupState.CompletingRebalance => state is ClassicGroupState.PreparingRebalance,
        ClassicGroupState.Stable => state is ClassicGroupState.CompletingRebalance,
        ClassicGroupState.Dead => true,
        _ => throw new ArgumentOutOfRangeException(nameof(next), next, null),
    };
}
