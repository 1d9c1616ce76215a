using Microsoft.Extensions.Logging;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Security.Tls;

/// <summary>
/// Keeps the TLS context of one listener up to date: with its configs, and with the files of its key store and trust store, which are looked at from time to time.
/// Connections go on with the context that they began with.
/// </summary>
public sealed class SslFactory : Reconfigurable, IDisposable
{
    static readonly TimeSpan checkInterval = TimeSpan.FromSeconds(10);

    readonly Endpoint listener;
    readonly Func<string, byte[]> readFile;
    readonly BlockingExecutor executor;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly Lock reloading = new();
    SslContext current;
    SslStores lastSeen;
    string? lastComplaint;
    ITimer? timer;

    SslFactory(SslContext context, Endpoint listener, Func<string, byte[]> readFile, BlockingExecutor executor, TimeProvider time, ILogger logger)
    {
        this.listener = listener;
        this.readFile = readFile;
        this.executor = executor;
        this.time = time;
        this.logger = logger;
        current = context;
        lastSeen = context.Stores;
    }

    public SslContext Current => Volatile.Read(ref current);

    /// <exception cref="ConfigException">The listener's TLS configs or files cannot be used; the message says which and why.</exception>
    public static async Task<SslFactory> CreateAsync(
        BrokerConfig config, Endpoint listener, Func<string, byte[]> readFile, BlockingExecutor executor, TimeProvider time, ILogger logger)
    {
        var context = await executor.RunAsync(static work => Load(work.config, work.listener, work.readFile), (config, listener, readFile)).ConfigureAwait(false);
        var factory = new SslFactory(context, listener, readFile, executor, time, logger);
        factory.WarnOfExpiry();
        factory.timer = time.CreateTimer(_ => executor.Post(factory.ReloadChangedFiles), null, checkInterval, checkInterval);
        return factory;
    }

    public override async ValueTask ValidateAsync(BrokerConfig current, BrokerConfig next)
    {
        if (!IsChanged(current, next))
            return;
        var (was, becomes) = (Current, await LoadAsync(next).ConfigureAwait(false));
        CertificateChange.Check(was, becomes);
    }

    public override async ValueTask ReconfigureAsync(BrokerConfig current, BrokerConfig next)
    {
        if (IsChanged(current, next))
            Replace(await LoadAsync(next).ConfigureAwait(false));
    }

    public void Dispose() => timer?.Dispose();

    bool IsChanged(BrokerConfig current, BrokerConfig next)
    {
        var (was, becomes) = (current.Settings.OfOpenListeners().EffectiveOf(listener.Name), next.Settings.OfOpenListeners().EffectiveOf(listener.Name));
        return was.Keys.Union(becomes.Keys).Any(name => name.StartsWith("ssl.", StringComparison.Ordinal) && was.GetValueOrDefault(name) != becomes.GetValueOrDefault(name));
    }

    Task<SslContext> LoadAsync(BrokerConfig config) =>
        executor.RunAsync(static work => Load(work.config, work.listener, work.readFile), (config, listener, readFile));

    static SslContext Load(BrokerConfig config, Endpoint listener, Func<string, byte[]> readFile)
    {
        var ssl = SslConfig.Of(config.Settings.OfOpenListeners(), listener);
        return new(ssl, SslStores.Read(ssl, readFile));
    }

    /// <summary>A file that cannot be used is said once, until it changes again: it may be half written.</summary>
    void ReloadChangedFiles()
    {
        lock (reloading)
        {
            var config = Current.Config;
            try
            {
                var stores = SslStores.Read(config, readFile);
                if (stores == lastSeen)
                    return;
                lastSeen = stores;
                Replace(new(config, stores));
            }
            catch (ConfigException e) when (e.Message != lastComplaint)
            {
                lastComplaint = e.Message;
                logger.LogError("The certificates of listener {Listener} could not be loaded again and those before stay in use: {Message}", listener.Name, e.Message);
            }
            catch (ConfigException e)
            {
                logger.LogDebug("The certificates of listener {Listener} still cannot be loaded: {Message}", listener.Name, e.Message);
            }
        }
    }

    void Replace(SslContext context)
    {
        lock (reloading)
        {
            (lastSeen, lastComplaint) = (context.Stores, null);
            Volatile.Write(ref current, context);
        }

        logger.LogInformation("Loaded the certificates of listener {Listener}: {Subject}, valid until {NotAfter:u}",
            listener.Name, DistinguishedName.Format(context.Certificate.SubjectName), context.Certificate.NotAfter.ToUniversalTime());
        WarnOfExpiry();
    }

    void WarnOfExpiry()
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (notBefore, notAfter) = (Current.Certificate.NotBefore.ToUniversalTime(), Current.Certificate.NotAfter.ToUniversalTime());
        if (notAfter < now)
            logger.LogWarning("The certificate of listener {Listener} has expired on {NotAfter:u}: clients will refuse it", listener.Name, notAfter);
        else if (notBefore > now)
            logger.LogWarning("The certificate of listener {Listener} is not valid before {NotBefore:u}: clients will refuse it", listener.Name, notBefore);
    }
}
