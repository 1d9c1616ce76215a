using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>What one partition of a fetch gave: records, or a reason for none.</summary>
public readonly record struct FetchRead(FetchPartition Wanted, Partition? Partition, FetchDataInfo Data)
{
    public EpochEndOffset? DivergingEpoch { get; init; }

    public ErrorCode Error => Data.Error;

    public static FetchRead Failed(FetchPartition wanted, ErrorCode error, Partition? partition = null) =>
        new(wanted, partition, FetchDataInfo.Failed(error, new(-1, -1, -1, -1)));
}
