using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>What came of asking the transaction coordinator before a produce request's appends: an error for all of it, or an error or a guard for a partition.</summary>
sealed class PartitionVerifications
{
    public static readonly PartitionVerifications NotNeeded = new();

    readonly IReadOnlyDictionary<TopicPartition, VerificationGuard> guards = new Dictionary<TopicPartition, VerificationGuard>();
    readonly IReadOnlyDictionary<TopicPartition, (ErrorCode Error, string? Message)> errors = new Dictionary<TopicPartition, (ErrorCode, string?)>();

    PartitionVerifications()
    {
    }

    public PartitionVerifications(
        IReadOnlyDictionary<TopicPartition, VerificationGuard> guards, IReadOnlyDictionary<TopicPartition, (ErrorCode Error, string? Message)> errors) =>
        (this.guards, this.errors) = (guards, errors);

    /// <summary>Why nothing of the request can be appended.</summary>
    public ErrorCode Error { get; private init; }

    public string? ErrorMessage { get; private init; }

    public static PartitionVerifications Refused(ErrorCode error, string? message = null) => new() { Error = error, ErrorMessage = message };

    public VerificationGuard? GuardOf(TopicPartition partition) => guards.GetValueOrDefault(partition);

    /// <summary>Why nothing can be appended to a partition.</summary>
    public (ErrorCode Error, string? Message) ErrorOf(TopicPartition partition) => errors.GetValueOrDefault(partition);
}
