using System.Collections.Concurrent;
using DotNetty.Transport.Channels;
using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Network;

/// <summary>The open connections of a listener: closes those that are idle or do not come to an end with their handshake, and at the stop all of them.</summary>
sealed class OpenConnections(TimeSpan maxIdle, TimeProvider time, ILogger logger)
{
    /// <summary>Who connects and says nothing, or a byte now and then, is not kept for as long as an idle client.</summary>
    static readonly TimeSpan mostToAuthenticate = TimeSpan.FromSeconds(30);

    readonly TimeSpan authenticationLimit = maxIdle > TimeSpan.Zero && maxIdle < mostToAuthenticate ? maxIdle : mostToAuthenticate;
    readonly ConcurrentDictionary<IChannel, (Connection Connection, RequestDispatcher Dispatcher)> connections = new();
    ITimer? sweep;
    volatile bool isStopped;

    public void Add(Connection connection, RequestDispatcher dispatcher)
    {
        connections[connection.Channel] = (connection, dispatcher);
        // One that was accepted while the listener stopped has not been told.
        if (isStopped)
            connection.Channel.EventLoop.Execute(() => Stop(connection.Channel, dispatcher));
    }

    public void Remove(IChannel channel) => connections.TryRemove(channel, out _);

    public void StartSweep()
    {
        var interval = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, authenticationLimit.Ticks / 10));
        sweep = time.CreateTimer(_ => Sweep(), null, interval, interval);
    }

    public void StopSweep() => sweep?.Dispose();

    /// <summary>Reads no more requests; each connection closes when it owes no answer.</summary>
    public void Stop()
    {
        isStopped = true;
        foreach (var (channel, (_, dispatcher)) in connections)
            channel.EventLoop.Execute(() => Stop(channel, dispatcher));
    }

    /// <summary>Waits for the connections to close, and closes those that have not in time.</summary>
    public async Task DrainAsync(TimeSpan timeout)
    {
        var closed = Task.WhenAll(connections.Keys.Select(channel => channel.CloseCompletion));
        try
        {
            // By the system's clock: one that a test holds still would let the stop wait for ever.
            await closed.WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            await Task.WhenAll(connections.Keys.Select(channel => channel.CloseAsync()));
        }
    }

    static void Stop(IChannel channel, RequestDispatcher dispatcher)
    {
        if (channel.Pipeline.Context(dispatcher) is { } context)
            dispatcher.Stop(context);
    }

    void Sweep()
    {
        foreach (var (connection, dispatcher) in connections.Values)
        {
            if (IsOverdue(connection) || IsIdle(connection))
                connection.Channel.EventLoop.Execute(() => CloseIfOverdue(connection, dispatcher));
        }
    }

    void CloseIfOverdue(Connection connection, RequestDispatcher dispatcher)
    {
        if (!connection.Channel.Open)
            return;
        if (IsOverdue(connection))
            logger.ClosingUnauthenticated(connection.Description, (long)authenticationLimit.TotalMilliseconds);
        else if (IsIdle(connection) && !dispatcher.IsServing)
            logger.ClosingIdle(connection.Description, (long)connection.IdleTime.TotalMilliseconds);
        else
            return;
        _ = connection.Channel.CloseAsync();
    }

    bool IsOverdue(Connection connection) => !connection.IsEstablished && connection.Age >= authenticationLimit;

    bool IsIdle(Connection connection) => maxIdle > TimeSpan.Zero && connection.IdleTime >= maxIdle;
}
