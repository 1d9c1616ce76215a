using System.Net.Sockets;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Sockets;

namespace NettyKafka.Server.Network.Epoll;

/// <summary>An open port whose connections are <see cref="EpollSocketChannel"/>s. One that cannot be taken, for want of a free file, makes the bootstrap wait a second before the next.</summary>
sealed class EpollServerSocketChannel : TcpServerSocketChannel, IEpollChannel
{
    const int MaxAccepts = 64;

    static readonly SocketChannelAsyncOperation ready = new(null, false);

    readonly int descriptor;
    EpollEventLoop? loop;
    bool isReadable;
    bool isQueued;

    public EpollServerSocketChannel()
        : this(new Socket(SocketType.Stream, ProtocolType.Tcp))
    {
    }

    EpollServerSocketChannel(Socket socket)
        : base(socket) => descriptor = (int)socket.Handle;

    public void Signal(EpollEvents events) => isReadable = true;

    public void Run()
    {
        isQueued = false;
        if (isReadable && IsInState(StateFlags.ReadScheduled))
            ((AcceptUnsafe)Unsafe).FinishRead(ready);
    }

    protected override bool IsCompatible(IEventLoop eventLoop) => eventLoop is EpollEventLoop;

    protected override IChannelUnsafe NewUnsafe() => new AcceptUnsafe(this);

    // A socket that does not listen yet would be told to have hung up.
    protected override void DoBind(System.Net.EndPoint localAddress)
    {
        base.DoBind(localAddress);
        loop = (EpollEventLoop)EventLoop;
        loop.Add(descriptor, this, EpollEvents.Readable);
    }

    protected override void DoClose()
    {
        loop?.Remove(descriptor, this);
        base.DoClose();
    }

    protected override void ScheduleSocketRead()
    {
        if (isReadable)
            RunLater();
    }

    void RunLater()
    {
        if (isQueued)
            return;
        isQueued = true;
        loop!.Execute(this);
    }

    /// <summary>The next connection; none where there is no more.</summary>
    EpollSocketChannel? Accept()
    {
        while (true)
        {
            var accepted = Linux.Accept(descriptor);
            if (accepted >= 0)
                return new(this, new Socket(new SafeSocketHandle(accepted, ownsHandle: true)));
            if (Linux.LastError is Linux.Interrupted or Linux.ConnectionAborted)
                continue;
            if (Linux.LastError != Linux.TryAgain)
                throw Linux.LastSocketException();
            isReadable = false;
            return null;
        }
    }

    sealed class AcceptUnsafe(EpollServerSocketChannel channel) : AbstractSocketUnsafe(channel)
    {
        public override void FinishRead(SocketChannelAsyncOperation operation)
        {
            var server = (EpollServerSocketChannel)Channel;
            if ((server.ResetState(StateFlags.ReadScheduled) & StateFlags.Active) == 0)
                return;
            try
            {
                for (var i = 0; i < MaxAccepts && server.Configuration.AutoRead && server.Accept() is { } accepted; i++)
                    server.Pipeline.FireChannelRead(accepted);
                server.Pipeline.FireChannelReadComplete();
            }
            catch (Exception e)
            {
                server.Pipeline.FireExceptionCaught(e);
            }

            if (server.Configuration.AutoRead)
                server.DoBeginRead();
        }
    }
}
