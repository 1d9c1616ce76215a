using DotNetty.Common.Concurrency;

namespace NettyKafka.Server.Network.Epoll;

/// <summary>A channel on a loop of epoll: it is told what its socket has become ready for, and then run.</summary>
interface IEpollChannel : IRunnable
{
    void Signal(EpollEvents events);
}
