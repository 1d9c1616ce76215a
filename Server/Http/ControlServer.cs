using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NettyKafka.Testing;

namespace NettyKafka.Http;

/// <summary>Lets tests in any language control a broker: its commands as JSON over HTTP, described by an OpenAPI document and a page that lists them.</summary>
public sealed class ControlServer : IAsyncDisposable
{
    static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);

    readonly KestrelServer server;

    ControlServer(KestrelServer server, IPEndPoint address)
    {
        this.server = server;
        Address = address;
    }

    public IPEndPoint Address { get; }

    /// <summary>Starts to listen. Whoever reaches the endpoint may do everything: it is for this machine alone, unless the endpoint says otherwise.</summary>
    /// <exception cref="IOException">The endpoint cannot be listened on.</exception>
    public static async Task<ControlServer> StartAsync(EmbeddedKafka kafka, IPEndPoint endpoint, ILoggerFactory? loggers = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(kafka);
        ArgumentNullException.ThrowIfNull(endpoint);
        loggers ??= NullLoggerFactory.Instance;
        ListenOptions? listener = null;
        var options = new KestrelServerOptions { AddServerHeader = false, Limits = { MaxRequestBodySize = ControlApplication.MaxBodyBytes } };
        options.Listen(endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listener = listen;
        });
        var server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
        try
        {
            await server.StartAsync(new ControlApplication(kafka, new(endpoint.Address), loggers.CreateLogger<ControlServer>()), cancellation).ConfigureAwait(false);
            return new(server, listener!.IPEndPoint!);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Answers what has been asked, for a moment, and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        using var drain = new CancellationTokenSource(DrainTimeout);
        await server.StopAsync(drain.Token).ConfigureAwait(false);
        server.Dispose();
    }
}
