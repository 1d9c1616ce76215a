using System.Net.Sockets;
using DotNetty.Buffers;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Sockets;

namespace NettyKafka.Server.Network.Epoll;

/// <summary>A connection whose socket is read and written by the loop itself, as soon as epoll tells that it can be.</summary>
sealed class EpollSocketChannel : TcpSocketChannel, IEpollChannel
{
    const int MaxGatheredBuffers = 1024;

    // What the base class asks of an operation is whether it failed: readiness never does.
    static readonly SocketChannelAsyncOperation ready = new(null, false);

    readonly int descriptor;
    EpollEventLoop? loop;
    bool isReadable;
    bool isWritable = true;
    bool hasPeerClosed;
    bool isQueued;

    public EpollSocketChannel(IChannel parent, Socket socket)
        : base(parent, socket)
    {
        descriptor = (int)socket.Handle;
        SetState(StateFlags.Active);
        CacheLocalAddress();
        CacheRemoteAddress();
    }

    public void Signal(EpollEvents events)
    {
        isReadable |= (events & ~EpollEvents.Writable) != 0;
        isWritable |= (events & ~EpollEvents.Readable) != 0;
        hasPeerClosed |= (events & (EpollEvents.PeerClosed | EpollEvents.HungUp | EpollEvents.Failed)) != 0;
    }

    public void Run()
    {
        isQueued = false;
        var channel = (EpollUnsafe)Unsafe;
        if (isWritable && TryResetState(StateFlags.WriteScheduled))
            channel.Resume();
        if (isReadable && IsInState(StateFlags.ReadScheduled))
            channel.FinishRead(ready);
    }

    protected override bool IsCompatible(IEventLoop eventLoop) => eventLoop is EpollEventLoop;

    protected override IChannelUnsafe NewUnsafe() => new EpollUnsafe(this);

    protected override void DoRegister()
    {
        loop = (EpollEventLoop)EventLoop;
        loop.Add(descriptor, this, EpollEvents.Readable | EpollEvents.Writable | EpollEvents.PeerClosed);
    }

    protected override void DoClose()
    {
        loop?.Remove(descriptor, this);
        base.DoClose();
    }

    /// <summary>What is there already is read in its turn; epoll tells of all that comes later.</summary>
    protected override void ScheduleSocketRead()
    {
        if (isReadable)
            RunLater();
    }

    protected override int DoReadBytes(IByteBuffer buffer)
    {
        var room = buffer.WritableBytes;
        Unsafe.RecvBufAllocHandle.AttemptedBytesRead = room;
        var received = Linux.Receive(descriptor, buffer.Array.AsSpan(buffer.ArrayOffset + buffer.WriterIndex, room));
        if (received < 0 && Linux.LastError is not (Linux.TryAgain or Linux.Interrupted))
            throw Linux.LastSocketException();
        // A socket that gives less than there was room for has no more, unless its end is what comes next.
        if (received < room && !hasPeerClosed)
            isReadable = false;
        if (received == 0)
            return -1;
        if (received < 0)
            return 0;
        buffer.SetWriterIndex(buffer.WriterIndex + received);
        return received;
    }

    protected override void DoWrite(ChannelOutboundBuffer input)
    {
        for (var i = Configuration.WriteSpinCount; i > 0; i--)
        {
            var buffers = input.GetSharedBufferList(MaxGatheredBuffers, int.MaxValue);
            var expected = input.NioBufferSize;
            if (expected == 0)
            {
                // Only empty buffers, if any.
                input.RemoveBytes(0);
                return;
            }

            var sent = Send(buffers);
            input.RemoveBytes(sent);
            if (sent == expected)
                continue;
            isWritable = false;
            SetState(StateFlags.WriteScheduled);
            return;
        }

        // Others first.
        SetState(StateFlags.WriteScheduled);
        RunLater();
    }

    long Send(List<ArraySegment<byte>> buffers)
    {
        if (buffers is [var single])
        {
            var sent = Linux.Send(descriptor, single);
            if (sent >= 0)
                return sent;
            return Linux.LastError is Linux.TryAgain or Linux.Interrupted ? 0 : throw Linux.LastSocketException();
        }

        var gathered = Socket.Send(buffers, SocketFlags.None, out var error);
        return error is SocketError.Success or SocketError.WouldBlock ? gathered : throw new SocketException((int)error);
    }

    void RunLater()
    {
        if (isQueued)
            return;
        isQueued = true;
        loop!.Execute(this);
    }

    /// <summary>Lets the channel go on with a write that had to wait.</summary>
    sealed class EpollUnsafe(EpollSocketChannel channel) : SocketByteChannelUnsafe(channel)
    {
        public void Resume() => Flush0();
    }
}
