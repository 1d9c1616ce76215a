using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>What one partition of a fetch gave: records, or a reason for none.</summary>
public readonly record struct FetchRead(FetchPartition Wanted, Partition? Partition, FetchDataInfo Data)
{
    public EpochEndOffset? DivergingEpoch { get; init; }

    /// <summary>The node that has the records for this client; null where they are here.</summary>
    public int? PreferredReadReplica { get; init; }

    /// <summary>Whether the client has to hear of it though there are no records.</summary>
    public bool IsNotice => Error != ErrorCode.None || DivergingEpoch is not null || PreferredReadReplica is not null;

    public ErrorCode Error => Data.Error;

    public static FetchRead Failed(FetchPartition wanted, ErrorCode error, Partition? partition = null) =>
        new(wanted, partition, FetchDataInfo.Failed(error, new(-1, -1, -1, -1)));
}
