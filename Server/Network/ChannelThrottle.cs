using NettyKafka.Codec.Framing;
using NettyKafka.Codec.Messages;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Security.Quotas;

namespace NettyKafka.Server.Network;

/// <summary>
/// What quotas mean for one connection: the time of its requests is recorded, and while it is throttled its channel is muted, which is neither read nor
/// served. Used on the channel's loop only.
/// </summary>
sealed class ChannelThrottle(Connection connection, ClientQuotas? quotas)
{
    ITimer? timer;

    public bool IsMuted => timer is not null;

    /// <summary>Who has not logged in yet is nobody's client, whatever id it gives: what it does is on no quota.</summary>
    bool IsKnown => connection.Context.Sasl is not { IsComplete: false };

    /// <summary>Begins to measure what is done for a request.</summary>
    public long Start() => quotas?.Request.Start() ?? 0;

    /// <summary>Adds what has been done since to the request's time. Only work counts, not what it waits for.</summary>
    public void AddTime(RequestContext request, long started)
    {
        if (quotas is not null)
            request.ThreadTime += quotas.Request.Elapsed(started);
    }

    /// <summary>Records the request's time unless it is exempt, and answers for how long the client is throttled by any of its quotas.</summary>
    public int Throttle(RequestContext request, Response? response)
    {
        if (quotas is null)
            return request.ThrottleTimeMs;
        // Markers are sent by brokers; a client that asks for no answer would not learn why it has to wait.
        var isExempt = !IsKnown || response is null || request.Header.RequestApiKey == ApiKeys.WriteTxnMarkers;
        var ofTime = isExempt ? 0 : quotas.Request.Record(request.Principal.Name, request.Header.ClientId, request.ThreadTime);
        return Math.Max(request.ThrottleTimeMs, ofTime);
    }

    /// <summary>Records what writing the answer took; it counts for the request after it.</summary>
    public void RecordWrite(RequestContext request, long started)
    {
        if (quotas is not null && IsKnown)
            quotas.Request.Record(request.Principal.Name, request.Header.ClientId, quotas.Request.Elapsed(started));
    }

    /// <summary>Mutes the channel, and calls back on its loop when that is over.</summary>
    public void Mute(int throttleTimeMs, Action unmuted)
    {
        connection.ReadGate.Set(ReadGate.PauseReason.Throttled, true);
        timer = connection.Time.CreateTimer(
            _ => connection.Channel.EventLoop.Execute(() =>
            {
                if (!IsMuted)
                    return;
                Unmute();
                unmuted();
            }),
            null,
            TimeSpan.FromMilliseconds(throttleTimeMs),
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the throttle, if there is one.</summary>
    public void Unmute()
    {
        if (timer is null)
            return;
        timer.Dispose();
        timer = null;
        connection.ReadGate.Set(ReadGate.PauseReason.Throttled, false);
    }
}
