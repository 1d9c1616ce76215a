using System.Collections.Concurrent;
using System.Security.Cryptography;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>Where SCRAM finds users: in the cluster's metadata, then among the passwords of the configuration. Delegation tokens are users of their own kind.</summary>
sealed class ScramCredentials(ClusterMetadata cluster, IReadOnlyDictionary<string, string> configured, DelegationTokenSecret? tokenSecret, BlockingExecutor executor, TimeProvider time)
{
    /// <summary>One for all listeners: the salt of who is not there must not tell them apart.</summary>
    static readonly byte[] decoySecret = RandomNumberGenerator.GetBytes(32);

    readonly ConcurrentDictionary<(string User, ScramMechanism Mechanism), Task<ScramCredential>> ofConfigured = new();

    public async ValueTask<ScramUser> FindAsync(ScramFormatter formatter, string name, bool isToken)
    {
        if (isToken)
            return await FindTokenAsync(formatter, name).ConfigureAwait(false);
        if (cluster.Image.Scram.Find(name, formatter.Mechanism) is { } credential)
            return new(credential, KafkaPrincipal.OfUser(name));
        if (configured.TryGetValue(name, out var password))
            return new(await OfConfiguredAsync(formatter, name, password).ConfigureAwait(false), KafkaPrincipal.OfUser(name));
        return Decoy(formatter, name);
    }

    /// <summary>An expired token may not have been removed yet.</summary>
    async ValueTask<ScramUser> FindTokenAsync(ScramFormatter formatter, string id)
    {
        if (tokenSecret is null || cluster.Image.DelegationTokens.Find(id) is not { } token || token.IsExpired(time.GetUtcNow().ToUnixTimeMilliseconds()))
            return Decoy(formatter, id);
        var credential = await executor.RunAsync(static work => work.formatter.CreateCredential(work.password), (formatter, password: tokenSecret.PasswordOf(id))).ConfigureAwait(false);
        return new(credential, token.Owner, token.ExpiryTimestampMs, IsToken: true);
    }

    static ScramUser Decoy(ScramFormatter formatter, string name) => new(formatter.CreateDecoy(decoySecret, name), null);

    /// <summary>Made once, when it is needed first.</summary>
    Task<ScramCredential> OfConfiguredAsync(ScramFormatter formatter, string name, string password) => ofConfigured.GetOrAdd(
        (name, formatter.Mechanism),
        static (_, state) => state.executor.RunAsync(work => work.formatter.CreateCredential(work.password), (state.formatter, state.password)),
        (executor, formatter, password));
}
