using System.Diagnostics.CodeAnalysis;
using System.Net;
using DotNetty.Transport.Channels;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Security;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Server.Network;

/// <summary>The server's side of one client connection: its memory, its read gate and when it was last active. Used on the channel's loop only, but for what says otherwise.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing to dispose of, and handlers may still look at its token.")]
sealed class Connection
{
    readonly RequestMemoryPool memory;
    readonly TimeProvider time;
    readonly CancellationTokenSource closed = new();
    readonly long opened;
    long undelivered;
    long exempt;
    long exemptUndelivered;
    long lastActive;
    bool hasHandshake;

    public Connection(IChannel channel, Node node, Endpoint listener, RequestMemoryPool memory, TimeProvider time, Interceptors? interceptors, Authorizer? authorizer = null, SaslAuthentication? sasl = null)
    {
        this.memory = memory;
        this.time = time;
        opened = time.GetTimestamp();
        hasHandshake = listener.SecurityProtocol is SecurityProtocol.Plaintext or SecurityProtocol.SaslPlaintext;
        Channel = channel;
        ReadGate = new(channel);
        Context = new(node, listener.Name, listener.SecurityProtocol, EndPointOf(channel.LocalAddress), EndPointOf(channel.RemoteAddress), closed.Token)
        {
            Interceptors = interceptors,
            Authorizer = authorizer,
            Sasl = sasl,
        };
        Touch();
    }

    public IChannel Channel { get; }

    public TimeProvider Time => time;

    public ConnectionContext Context { get; }

    public ReadGate ReadGate { get; }

    public CancellationToken Closed => Context.Closed;

    public string Description => $"{Context.RemoteAddress} (listener {Context.ListenerName})";

    public void Touch() => Volatile.Write(ref lastActive, time.GetTimestamp());

    /// <summary>How long nothing has come or gone. Callable from any thread.</summary>
    public TimeSpan IdleTime => time.GetElapsedTime(Volatile.Read(ref lastActive));

    /// <summary>How long the connection has been open. Callable from any thread.</summary>
    public TimeSpan Age => time.GetElapsedTime(opened);

    /// <summary>Whether the client has done all that the listener asks of it before it serves requests. Callable from any thread.</summary>
    public bool IsEstablished => Volatile.Read(ref hasHandshake) && Context.Sasl is not { IsComplete: false };

    public void CompleteHandshake() => Volatile.Write(ref hasHandshake, true);

    /// <summary>Who has not logged in yet may have small frames only, and these from no pool: whoever announces some and sends nothing would keep all others from being read.</summary>
    public bool TryTakeMemory(int bytes, Action retry)
    {
        if (Context.Sasl is { IsComplete: false })
        {
            (exempt, exemptUndelivered) = (exempt + bytes, exemptUndelivered + bytes);
            return true;
        }
        if (!memory.TryTake(bytes, retry))
            return false;
        undelivered += bytes;
        return true;
    }

    /// <summary>A frame became whole: from now on whoever finishes it returns its memory.</summary>
    public void Deliver(int bytes)
    {
        if (exemptUndelivered > 0)
            exemptUndelivered -= bytes;
        else
            undelivered -= bytes;
    }

    /// <summary>In whatever order: what was not taken from the pool is not given to it, all in all.</summary>
    public void ReturnMemory(int bytes)
    {
        var taken = bytes - Math.Min(bytes, exempt);
        exempt -= bytes - taken;
        memory.Return(taken);
    }

    /// <summary>Cancels what is pending and gives back the memory of frames that were never delivered.</summary>
    public void Close()
    {
        closed.Cancel();
        memory.Return(undelivered);
        undelivered = 0;
    }

    /// <summary>A socket's address; that of an IPv4 peer of an IPv6 socket is shown as the IPv4 address it is.</summary>
    public static IPEndPoint EndPointOf(EndPoint? address) => address switch
    {
        IPEndPoint ip when ip.Address.IsIPv4MappedToIPv6 => new(ip.Address.MapToIPv4(), ip.Port),
        IPEndPoint ip => ip,
        _ => new(IPAddress.None, 0),
    };
}
