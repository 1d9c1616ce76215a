using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace NettyKafka.Server.Cluster;

/// <summary>The key that makes a token's id into its HMAC: <c>delegation.token.secret.key</c>, the same for all brokers of a cluster.</summary>
public sealed class DelegationTokenSecret(string key)
{
    readonly byte[] key = Encoding.UTF8.GetBytes(key);

    /// <summary>Of the tokens that were looked through, so that a look does not take long.</summary>
    readonly ConditionalWeakTable<DelegationToken, byte[]> hmacs = [];

    /// <summary>Null where delegation tokens are not enabled.</summary>
    public static DelegationTokenSecret? Of(string? key) => string.IsNullOrEmpty(key) ? null : new(key);

    public byte[] HmacOf(string tokenId) => HMACSHA512.HashData(key, Encoding.UTF8.GetBytes(tokenId));

    /// <summary>What a client that has the token logs in with.</summary>
    public string PasswordOf(string tokenId) => Convert.ToBase64String(HmacOf(tokenId));

    public DelegationToken? Find(DelegationTokensImage tokens, byte[] hmac) =>
        tokens.All.FirstOrDefault(token => CryptographicOperations.FixedTimeEquals(hmacs.GetValue(token, one => HmacOf(one.Id)), hmac));
}
