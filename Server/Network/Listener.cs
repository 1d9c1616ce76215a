using System.Net;
using DotNetty.Codecs;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Framing;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Security;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Security.Sasl;
using NettyKafka.Server.Security.Tls;

namespace NettyKafka.Server.Network;

/// <summary>What all listeners of a broker share, and the limits of their connections.</summary>
sealed record ListenerOptions(
    ApiTable Apis,
    RequestMemoryPool Memory,
    ConnectionLimits Limits,
    ClientQuotas Quotas,
    TimeProvider Time,
    ILogger Logger,
    Authorizer? Authorizer,
    int MaxRequestBytes,
    TimeSpan MaxIdle,
    int? SendBufferBytes,
    int? ReceiveBufferBytes,
    int Backlog,
    Interceptors? Interceptors,
    Func<Endpoint, SaslListener?> SaslOf);

/// <summary>
/// One open port of a node. Its pipeline: TLS where the listener has it, <see cref="FrameDecoder"/> (a <see cref="LengthFieldBasedFrameDecoder"/>), <see cref="RequestHeaderDecoder"/>,
/// <see cref="ResponseEncoder"/>, <see cref="RequestDispatcher"/>.
/// </summary>
sealed class Listener
{
    const int HighWaterMark = 4 << 20;
    const int LowWaterMark = 1 << 20;

    readonly ListenerOptions options;
    readonly Node node;
    readonly Endpoint endpoint;
    readonly SaslListener? sasl;
    readonly SslFactory? ssl;
    readonly OpenConnections connections;
    IChannel? server;
    int delayed;

    Listener(ListenerOptions options, Node node, Endpoint endpoint, SslFactory? ssl)
    {
        this.options = options;
        this.node = node;
        this.endpoint = endpoint;
        sasl = options.SaslOf(endpoint);
        this.ssl = ssl;
        connections = new(options.MaxIdle, options.Time, options.Logger);
    }

    public string Name => endpoint.Name;

    public Endpoint Endpoint => endpoint;

    /// <summary>The address really bound: the port is the operating system's choice where 0 was asked for.</summary>
    public IPEndPoint BoundAddress => Connection.EndPointOf(server!.LocalAddress);

    public static async Task<Listener> BindAsync(Transport transport, ListenerOptions options, Node node, Endpoint endpoint, SslFactory? ssl, IPEndPoint address)
    {
        var listener = new Listener(options, node, endpoint, ssl);
        var bootstrap = transport.CreateBootstrap()
            .Option(ChannelOption.SoBacklog, options.Backlog)
            .ChildOption(ChannelOption.WriteBufferHighWaterMark, HighWaterMark)
            .ChildOption(ChannelOption.WriteBufferLowWaterMark, LowWaterMark)
            .ChildHandler(new ActionChannelInitializer<IChannel>(listener.Install));
        if (options.SendBufferBytes is { } send)
            bootstrap.ChildOption(ChannelOption.SoSndbuf, send);
        if (options.ReceiveBufferBytes is { } receive)
            bootstrap.ChildOption(ChannelOption.SoRcvbuf, receive);
        listener.server = await bootstrap.BindAsync(address);
        listener.connections.StartSweep();
        return listener;
    }

    /// <summary>Takes no more connections and reads no more requests; each connection closes when it owes no answer.</summary>
    public async Task StopAsync()
    {
        connections.StopSweep();
        if (server is not null)
            await server.CloseAsync();
        connections.Stop();
    }

    /// <summary>Waits for the connections to close, and closes those that have not in time.</summary>
    public Task DrainAsync(TimeSpan timeout) => connections.DrainAsync(timeout);

    void Install(IChannel channel)
    {
        var connection = new Connection(channel, node, endpoint, options.Memory, options.Time, options.Interceptors, options.Authorizer, sasl?.Begin());
        var address = connection.Context.RemoteAddress.Address;
        if (options.Interceptors?.OnConnect?.Invoke(node, connection.Context.RemoteAddress) == false)
        {
            _ = channel.CloseAsync();
            return;
        }
        if (!options.Limits.TryOpen(Name, address, out var limit, out var value))
        {
            options.Logger.ConnectionRefused(connection.Description, limit, value);
            _ = channel.CloseAsync();
            return;
        }

        _ = channel.CloseCompletion.ContinueWith(
            _ =>
            {
                options.Limits.Close(Name, address);
                connections.Remove(channel);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        if (!options.Quotas.ConnectionCreation.TryRecord(address, out var throttleTimeMs))
        {
            options.Logger.ConnectionThrottled(connection.Description, throttleTimeMs);
            _ = CloseLaterAsync(channel, throttleTimeMs);
            return;
        }

        var dispatcher = new RequestDispatcher(options.Apis, connection, options.Logger, options.Quotas);
        if (ssl is not null)
            TlsConnectionHandler.Install(channel.Pipeline, connection, ssl.Current, options.Logger);
        FramePipeline.Install(channel.Pipeline, connection, dispatcher, options.MaxRequestBytes, options.Logger);
        connections.Add(connection, dispatcher);
        Delay(connection, options.Limits.DelayOf(Name));
    }

    /// <summary>Who connects too often is not read, and closed only after a while: closed at once, it would come back at once.</summary>
    async Task CloseLaterAsync(IChannel channel, int throttleTimeMs)
    {
        channel.Configuration.AutoRead = false;
        await Task.Delay(TimeSpan.FromMilliseconds(throttleTimeMs), options.Time);
        await channel.CloseAsync();
    }

    /// <summary>One that comes too fast is not read before its turn, and until then no more are accepted: they wait with the operating system.</summary>
    void Delay(Connection connection, TimeSpan delay)
    {
        if (delay == TimeSpan.Zero)
            return;
        var channel = connection.Channel;
        connection.ReadGate.Set(ReadGate.PauseReason.Delayed, true);
        if (Interlocked.Increment(ref delayed) == 1)
            channel.Parent.Configuration.AutoRead = false;
        _ = ResumeAsync(connection, delay);
    }

    async Task ResumeAsync(Connection connection, TimeSpan delay)
    {
        await Task.Delay(delay, options.Time);
        connection.ReadGate.Set(ReadGate.PauseReason.Delayed, false);
        if (Interlocked.Decrement(ref delayed) == 0)
            connection.Channel.Parent.Configuration.AutoRead = true;
    }
}
