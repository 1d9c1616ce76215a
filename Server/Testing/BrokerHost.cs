using Microsoft.Extensions.Logging;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Testing;

/// <summary>Holds the broker that an embedded Kafka is at the moment: after a crash another one comes up on the same files and ports.</summary>
sealed class BrokerHost : IAsyncDisposable
{
    readonly BrokerConfig config;
    readonly IFileSystem files;
    readonly TimeProvider time;
    readonly ILoggerFactory loggers;
    readonly SemaphoreSlim gate = new(1);
    Broker? broker;
    IReadOnlyList<Node> nodes = [];

    BrokerHost(BrokerConfig config, IFileSystem files, TimeProvider time, ILoggerFactory loggers)
    {
        (this.config, this.files, this.time, this.loggers) = (config, files, time, loggers);
        Control = new(time, () => Volatile.Read(ref broker));
    }

    /// <summary>What a test does to clients' requests; a crash does not end it.</summary>
    public TestControl Control { get; }

    /// <exception cref="InvalidOperationException">It has crashed.</exception>
    public Broker Broker => Volatile.Read(ref broker) ?? throw new InvalidOperationException("The broker has crashed and was not recovered yet");

    public bool IsUp => Volatile.Read(ref broker) is not null;

    public IFileSystem Files => files;

    public string LogDir => config.LogDirs[0];

    public static async Task<BrokerHost> StartAsync(BrokerConfig config, IFileSystem files, TimeProvider time, ILoggerFactory loggers, IReadOnlyList<Node> nodes, CancellationToken cancellation)
    {
        var host = new BrokerHost(config, files, time, loggers);
        host.broker = await host.StartAsync(nodes, cancellation).ConfigureAwait(false);
        return host;
    }

    /// <summary>Ends the broker as a killed process ends.</summary>
    /// <exception cref="InvalidOperationException">It has crashed already.</exception>
    public async Task CrashAsync()
    {
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            var crashing = Broker;
            nodes = crashing.Nodes.Copy();
            Volatile.Write(ref broker, null);
            await crashing.CrashAsync().ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Starts a broker on what the crash has left, with the same nodes on the same ports.</summary>
    /// <exception cref="InvalidOperationException">It is up.</exception>
    public async Task RecoverAsync()
    {
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (IsUp)
                throw new InvalidOperationException("The broker is up");
            Volatile.Write(ref broker, await StartAsync(nodes, CancellationToken.None).ConfigureAwait(false));
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref broker, null) is { } last)
            await last.DisposeAsync().ConfigureAwait(false);
        gate.Dispose();
    }

    Task<Broker> StartAsync(IReadOnlyList<Node> started, CancellationToken cancellation) => Server.Broker.StartAsync(config, files, time, loggers, started, cancellation, Control.Interceptors);
}
