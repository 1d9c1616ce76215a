namespace NettyKafka.Server.Groups.Consumer;

/// <summary>How far a member is on its way to its target assignment; the numbers are those of the log.</summary>
enum MemberState : sbyte
{
    /// <summary>It has what its epoch's target says.</summary>
    Stable = 0,

    /// <summary>It has been told to give partitions up and has not yet said that it did.</summary>
    UnrevokedPartitions = 1,

    /// <summary>It waits for partitions that others have not given up yet.</summary>
    UnreleasedPartitions = 2,

    /// <summary>Written by a newer version.</summary>
    Unknown = 127,
}
