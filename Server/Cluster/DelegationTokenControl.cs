using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>Delegation tokens as users create, renew and expire them (KIP-48). A token is renewed and expired by its owner and its renewers.</summary>
public sealed class DelegationTokenControl(ClusterMetadata cluster, DelegationTokenSecret? secret, TimeSpan maxLifetime, TimeSpan expiryTime, TimeProvider time)
{
    /// <summary>The first metadata version with records for tokens, 3.6-IV2.</summary>
    const short FirstVersionWithTokens = 14;

    /// <summary>Null where delegation tokens are not enabled.</summary>
    public DelegationTokenSecret? Secret => secret;

    long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A new token that lives no longer than <paramref name="maxLifetimeMs"/>, if that is positive, and than the configuration allows.</summary>
    public Task<(ErrorCode Error, DelegationToken? Token)> CreateAsync(KafkaPrincipal owner, KafkaPrincipal requester, IReadOnlyList<KafkaPrincipal> renewers, long maxLifetimeMs) =>
        ChangeAsync((_, now) =>
        {
            var max = Add(now, Shorten(maxLifetime, maxLifetimeMs));
            var token = new DelegationToken(Uuid.Random().ToString(), owner, requester, [.. renewers])
            {
                IssueTimestampMs = now,
                MaxTimestampMs = max,
                ExpiryTimestampMs = Math.Min(max, Add(now, (long)expiryTime.TotalMilliseconds)),
            };
            return (MetadataRecord.Of(token.ToRecord()), ErrorCode.None, token);
        });

    /// <summary>Lets a token live on for <paramref name="periodMs"/>, if that is positive, and no longer than the configuration allows.</summary>
    public Task<(ErrorCode Error, DelegationToken? Token)> RenewAsync(KafkaPrincipal renewer, byte[] hmac, long periodMs) =>
        ChangeAsync((image, now) =>
        {
            if (secret!.Find(image.DelegationTokens, hmac) is not { } token)
                return Refused(ErrorCode.DelegationTokenNotFound);
            if (token.IsExpired(now))
                return Refused(ErrorCode.DelegationTokenExpired);
            if (!token.IsOwnerOrRenewer(renewer))
                return Refused(ErrorCode.DelegationTokenOwnerMismatch);
            return Expiring(token, Add(now, Shorten(expiryTime, periodMs)));
        });

    /// <summary>Lets a token live for <paramref name="periodMs"/> more; when that is negative it is removed at once.</summary>
    public Task<(ErrorCode Error, DelegationToken? Token)> ExpireAsync(KafkaPrincipal renewer, byte[] hmac, long periodMs) =>
        ChangeAsync((image, now) =>
        {
            if (secret!.Find(image.DelegationTokens, hmac) is not { } token)
                return Refused(ErrorCode.DelegationTokenNotFound);
            if (!token.IsOwnerOrRenewer(renewer))
                return Refused(ErrorCode.DelegationTokenOwnerMismatch);
            if (periodMs < 0)
                return (MetadataRecord.Of(new RemoveDelegationTokenRecord { TokenId = token.Id }), ErrorCode.None, token with { ExpiryTimestampMs = now });
            return token.IsExpired(now) ? Refused(ErrorCode.DelegationTokenExpired) : Expiring(token, Add(now, periodMs));
        });

    /// <summary>Removes the tokens that have expired, and answers them.</summary>
    public async Task<IReadOnlyList<DelegationToken>> RemoveExpiredAsync()
    {
        var (error, removed) = await cluster.ChangeAsync(image =>
        {
            var expired = image.DelegationTokens.All.Where(token => token.IsExpired(NowMs)).ToList();
            return (expired.ConvertAll(token => MetadataRecord.Of(new RemoveDelegationTokenRecord { TokenId = token.Id })), expired);
        }).ConfigureAwait(false);
        return error == ErrorCode.None ? removed : [];
    }

    async Task<(ErrorCode Error, DelegationToken? Token)> ChangeAsync(Func<ClusterImage, long, (MetadataRecord? Record, ErrorCode Error, DelegationToken? Token)> plan)
    {
        if (secret is null)
            return (ErrorCode.DelegationTokenAuthDisabled, null);
        var (error, planned) = await cluster.ChangeAsync<(ErrorCode Error, DelegationToken? Token)>(image =>
        {
            if (image.MetadataVersion < FirstVersionWithTokens)
                return ([], (ErrorCode.UnsupportedVersion, null));
            var (record, refused, token) = plan(image, NowMs);
            return (record is { } one ? [one] : [], (refused, token));
        }).ConfigureAwait(false);
        return error == ErrorCode.None ? planned : (error, null);
    }

    static (MetadataRecord? Record, ErrorCode Error, DelegationToken? Token) Refused(ErrorCode error) => (null, error, null);

    static (MetadataRecord? Record, ErrorCode Error, DelegationToken? Token) Expiring(DelegationToken token, long expiryMs)
    {
        var changed = token with { ExpiryTimestampMs = Math.Min(token.MaxTimestampMs, expiryMs) };
        return (MetadataRecord.Of(changed.ToRecord()), ErrorCode.None, changed);
    }

    static long Shorten(TimeSpan configured, long askedMs) => askedMs > 0 ? Math.Min((long)configured.TotalMilliseconds, askedMs) : (long)configured.TotalMilliseconds;

    /// <summary>A period may be as long as a number can say.</summary>
    static long Add(long nowMs, long periodMs) => nowMs > long.MaxValue - periodMs ? long.MaxValue : nowMs + periodMs;
}
