namespace NettyKafka.Server.Config;

/// <summary>How connections are read and written, see <c>socket.transport</c>.</summary>
public enum SocketTransport
{
    /// <summary>DotNetty's own way, through .NET's sockets: everywhere.</summary>
    Sockets,

    /// <summary>By event loops that ask Linux themselves which sockets are ready.</summary>
    Epoll,
}
