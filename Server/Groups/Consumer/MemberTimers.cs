using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>The timers of one member; each is made when it is first needed.</summary>
sealed class MemberTimers
{
    /// <summary>The member has not been heard of.</summary>
    public CoordinatorTimer? Session { get; set; }

    /// <summary>The member has not given up what it was told to.</summary>
    public CoordinatorTimer? Rebalance { get; set; }

    /// <summary>The member, of the classic protocol, was told to join again and has not.</summary>
    public CoordinatorTimer? Join { get; set; }

    /// <summary>The member, of the classic protocol, has joined and not fetched its assignment.</summary>
    public CoordinatorTimer? Sync { get; set; }

    /// <summary>A member may change its protocol and stay.</summary>
    public void CancelOtherProtocol(bool isClassic)
    {
        if (isClassic)
        {
            Rebalance?.Cancel();
            return;
        }

        Join?.Cancel();
        Sync?.Cancel();
    }

    public void Cancel()
    {
        Session?.Cancel();
        Rebalance?.Cancel();
        Join?.Cancel();
        Sync?.Cancel();
    }
}
