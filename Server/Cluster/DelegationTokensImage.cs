using System.Collections.Immutable;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Cluster;

/// <summary>All delegation tokens by their ids.</summary>
public sealed class DelegationTokensImage
{
    public static readonly DelegationTokensImage Empty = new(ImmutableSortedDictionary.Create<string, DelegationToken>(StringComparer.Ordinal));

    readonly ImmutableSortedDictionary<string, DelegationToken> byId;

    DelegationTokensImage(ImmutableSortedDictionary<string, DelegationToken> byId) => this.byId = byId;

    public IEnumerable<DelegationToken> All => byId.Values;

    public DelegationToken? Find(string id) => byId.GetValueOrDefault(id);

    public DelegationTokensImage Replay(DelegationTokenRecord record) => new(byId.SetItem(record.TokenId, DelegationToken.Of(record)));

    public DelegationTokensImage Replay(RemoveDelegationTokenRecord record) => new(byId.Remove(record.TokenId));

    /// <summary>The records that lead to this image.</summary>
    public IEnumerable<MetadataRecord> ToRecords() => byId.Values.Select(token => MetadataRecord.Of(token.ToRecord()));
}
