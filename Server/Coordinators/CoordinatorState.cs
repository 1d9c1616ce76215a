namespace NettyKafka.Server.Coordinators;

/// <summary>Whether a partition's coordinator can serve.</summary>
public enum CoordinatorState
{
    /// <summary>Its log is being replayed.</summary>
    Loading,

    Active,

    /// <summary>Its log could not be read or written.</summary>
    Failed,

    /// <summary>Another node leads the partition, or it is gone.</summary>
    Closed,
}
