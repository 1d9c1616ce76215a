namespace NettyKafka.Testing.Faults;

/// <summary>What faults have made of a connection.</summary>
sealed class FaultedConnection
{
    /// <summary>An answer was lost, and so is all that would come behind it.</summary>
    public bool IsSilent { get; set; }

    /// <summary>A request was lost, and so is all that comes behind it.</summary>
    public bool IsBlackHole { get; set; }

    public FetchSessions Sessions { get; } = new();
}
