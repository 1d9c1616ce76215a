using Microsoft.Extensions.Hosting;

namespace NettyKafka.Testing.Hosting;

/// <summary>The broker of an application's host: it has started before other services do, and stops after them.</summary>
public sealed class NettyKafkaHost : IHostedLifecycleService, IAsyncDisposable
{
    readonly EmbeddedKafkaOptions options;
    EmbeddedKafka? kafka;

    internal NettyKafkaHost(EmbeddedKafkaOptions options) => this.options = options;

    /// <exception cref="InvalidOperationException">The host has not started yet, or it has stopped.</exception>
    public EmbeddedKafka Kafka => kafka ?? throw new InvalidOperationException("The broker runs while the host does: it has not started yet, or it has stopped.");

    /// <summary>What clients take as bootstrap.servers.</summary>
    /// <exception cref="InvalidOperationException">The host has not started yet, or it has stopped.</exception>
    public string BootstrapServers => Kafka.BootstrapServers;

    public async Task StartingAsync(CancellationToken cancellationToken) => kafka = await EmbeddedKafka.StartAsync(options, cancellationToken).ConfigureAwait(false);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref kafka, null) is { } running)
            await running.DisposeAsync().ConfigureAwait(false);
    }
}
