using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Coordinators;

/// <summary>A request that a coordinator refuses, or cannot answer here and now; nothing has changed through it.</summary>
public sealed class CoordinatorException(ErrorCode error, string? message = null) : Exception(message ?? error.ToString())
{
    public ErrorCode Error => error;

    /// <summary>What a coordinator's client hears when its write was refused by the log.</summary>
    public static ErrorCode OfAppend(ErrorCode error) => error switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.RequestTimedOut => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotLeaderOrFollower or ErrorCode.KafkaStorageError => ErrorCode.NotCoordinator,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge => ErrorCode.UnknownServerError,
        _ => error,
    };
}
