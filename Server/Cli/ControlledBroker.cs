using System.Net;
using Microsoft.Extensions.Logging;
using NettyKafka.Http;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Testing;

namespace NettyKafka.Cli;

/// <summary>A broker that serves as any other, and that tests control over HTTP.</summary>
sealed class ControlledBroker(EmbeddedKafka kafka, ControlServer control) : IAsyncDisposable
{
    /// <exception cref="IOException">The broker cannot start, or the address cannot be listened on.</exception>
    public static async Task<ControlledBroker> StartAsync(BrokerConfig config, IFileSystem files, IReadOnlyList<Node> nodes, IPEndPoint endpoint, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var kafka = await EmbeddedKafka.StartAsync(config, files, new EmbeddedClock(), loggers, nodes, cancellation).ConfigureAwait(false);
        try
        {
            var control = await ControlServer.StartAsync(kafka, endpoint, loggers, cancellation).ConfigureAwait(false);
            loggers.CreateLogger("nettykafka").LogInformation("Controlled by whoever reaches http://{Address}/", control.Address);
            return new(kafka, control);
        }
        catch
        {
            await kafka.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await control.DisposeAsync().ConfigureAwait(false);
        await kafka.DisposeAsync().ConfigureAwait(false);
    }
}
