using System.Collections.Immutable;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Cluster;

/// <summary>A delegation token (KIP-48): who shows its HMAC is its owner, until it expires. The HMAC is not kept, it follows from the id.</summary>
public sealed record DelegationToken(string Id, KafkaPrincipal Owner, KafkaPrincipal Requester, ImmutableArray<KafkaPrincipal> Renewers)
{
    public required long IssueTimestampMs { get; init; }

    /// <summary>Past which it cannot be renewed.</summary>
    public required long MaxTimestampMs { get; init; }

    public required long ExpiryTimestampMs { get; init; }

    public static DelegationToken Of(DelegationTokenRecord record) =>
        new(record.TokenId, KafkaPrincipal.Parse(record.Owner), KafkaPrincipal.Parse(record.Requester), [.. record.Renewers.Select(KafkaPrincipal.Parse)])
        {
            IssueTimestampMs = record.IssueTimestamp,
            MaxTimestampMs = record.MaxTimestamp,
            ExpiryTimestampMs = record.ExpirationTimestamp,
        };

    public DelegationTokenRecord ToRecord() => new()
    {
        TokenId = Id,
        Owner = Owner.ToString(),
        Requester = Requester.ToString(),
        Renewers = [.. Renewers.Select(renewer => renewer.ToString())],
        IssueTimestamp = IssueTimestampMs,
        MaxTimestamp = MaxTimestampMs,
        ExpirationTimestamp = ExpiryTimestampMs,
    };

    public bool IsOwnerOrRenewer(KafkaPrincipal principal) => Owner == principal || Renewers.Contains(principal);

    public bool IsExpired(long nowMs) => MaxTimestampMs < nowMs || ExpiryTimestampMs < nowMs;
}
