namespace NettyKafka.Server.Network.Epoll;

/// <summary>What a descriptor is ready for, as epoll_ctl(2) numbers it.</summary>
[Flags]
enum EpollEvents : uint
{
    None = 0,
    Readable = 0x1,
    Writable = 0x4,
    Failed = 0x8,
    HungUp = 0x10,
    PeerClosed = 0x2000,
    EdgeTriggered = 1u << 31,
}
