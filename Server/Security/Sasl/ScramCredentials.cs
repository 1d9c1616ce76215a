using System.Collections.Concurrent;
using System.Security.Cryptography;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>Where SCRAM finds users: in the cluster's metadata, then among the passwords of the configuration.</summary>
sealed class ScramCredentials(ClusterMetadata cluster, IReadOnlyDictionary<string, string> configured, BlockingExecutor executor)
{
    readonly byte[] decoySecret = RandomNumberGenerator.GetBytes(32);
    readonly ConcurrentDictionary<(string User, ScramMechanism Mechanism), Task<ScramCredential>> ofConfigured = new();

    public async ValueTask<ScramUser> FindAsync(ScramFormatter formatter, string name, bool isToken)
    {
        if (!isToken && cluster.Image.Scram.Find(name, formatter.Mechanism) is { } credential)
            return new(credential, KafkaPrincipal.OfUser(name));
        if (!isToken && configured.TryGetValue(name, out var password))
            return new(await OfConfiguredAsync(formatter, name, password).ConfigureAwait(false), KafkaPrincipal.OfUser(name));
        return new(formatter.CreateDecoy(decoySecret, name), null);
    }

    /// <summary>Made once, when it is needed first.</summary>
    Task<ScramCredential> OfConfiguredAsync(ScramFormatter formatter, string name, string password) => ofConfigured.GetOrAdd(
        (name, formatter.Mechanism),
        static (_, state) => state.executor.RunAsync(work => work.formatter.CreateCredential(work.password), (state.formatter, state.password)),
        (executor, formatter, password));
}
